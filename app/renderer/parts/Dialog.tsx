/** A dialog over the page: focus stays in it, Escape closes it. */
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useRef, type ReactNode, type RefObject } from "react";

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** Gets the focus when it opens; else its first control. */
  readonly first?: RefObject<HTMLElement | null>;
}

export function Dialog({ open, onClose, title, children, wide = false, first }: Props): ReactNode {
  const body = useRef<HTMLDivElement>(null);
  const firstControl = (): HTMLElement | null => body.current?.querySelector("input, select, textarea, button") ?? null;
  return (
    <Base.Root open={open} onOpenChange={(is) => !is && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup className={`dialog${wide ? " wide" : ""}`} initialFocus={first ?? firstControl}>
          <header className="row between">
            <Base.Title className="dialog-title">{title}</Base.Title>
            <Base.Close className="button quiet small" aria-label="Close">
              <X size={14} aria-hidden="true" />
            </Base.Close>
          </header>
          <div ref={body} className="dialog-body">
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
