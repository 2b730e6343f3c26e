/** Where nothing is yet: a small drawing of what will be here, what it is for, one button, how long it takes. */
import type { ReactNode } from "react";

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

export function Empty({ title, children, action }: Props): ReactNode {
  return (
    <section className="empty">
      <svg viewBox="0 0 108 72" width="108" height="72" aria-hidden="true">
        <rect x="0.5" y="0.5" width="82" height="54" rx="4" fill="var(--sunken)" stroke="var(--line-2)" />
        <rect x="24.5" y="16.5" width="82" height="54" rx="4" fill="var(--surface)" stroke="var(--line-strong)" />
        <circle cx="65" cy="43" r="10" fill="none" stroke="var(--mark)" strokeWidth="2.5" />
        <circle cx="65" cy="43" r="2.5" fill="var(--mark)" />
      </svg>
      <div>
        <h2>{title}</h2>
        <p className="dim">{children}</p>
        {action}
      </div>
    </section>
  );
}
