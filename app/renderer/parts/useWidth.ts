/** How wide an element is, as it changes. Out: a ref for the element, and its width in CSS px (0 until it is known). */
import { useEffect, useRef, useState, type RefObject } from "react";

export function useWidth(): readonly [box: RefObject<HTMLDivElement | null>, width: number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return [box, width];
}
