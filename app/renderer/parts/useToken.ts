/** A size from the style sheet as a number, for what needs it in a script. In: the token's name. Out: px, right again after the density was changed. */
import { useSyncExternalStore } from "react";

export function useToken(name: string, fallback: number): number {
  return useSyncExternalStore(watchDocument, () => {
    const value = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue(name));
    return Number.isFinite(value) ? value : fallback;
  });
}

function watchDocument(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-density", "data-theme"] });
  return () => observer.disconnect();
}
