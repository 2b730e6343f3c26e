/** An error where it happened: what stopped, what to do, details to copy. In: whatever was thrown. */
import { ORPCError } from "@orpc/client";
import { CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { toast } from "../shell/toasts.ts";
import { Button } from "./Button.tsx";

interface Refusal {
  readonly message: string;
  readonly hint: string;
  /** An expected refusal rather than a defect. */
  readonly expected: boolean;
}

/** What a person reads about a failure. */
export function explain(error: unknown): Refusal {
  if (error instanceof ORPCError && error.code === "REFUSED") {
    return { message: error.message, hint: (error.data as { hint?: string }).hint ?? "", expected: true };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, hint: "The core goes on. If this stays, restart it; nothing that was recorded is lost.", expected: false };
}

/** `title`: what stopped. `retry`: the first way out. */
export function Problem({ title, error, retry }: { readonly title: string; readonly error: unknown; readonly retry?: () => void }): ReactNode {
  const { message, hint } = explain(error);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(`${title}\n${message}\n${error instanceof Error ? (error.stack ?? "") : ""}`);
    toast("Details copied.");
  };
  return (
    <section className="problem" role="alert">
      <CircleX size={14} aria-hidden="true" />
      <div>
        <h2>{title}</h2>
        <p>{message}</p>
        {hint !== "" && <p className="dim">{hint}</p>}
        <div className="row">
          {retry !== undefined && (
            <Button kind="primary" onClick={retry}>
              Try again
            </Button>
          )}
          <Button kind="quiet" onClick={() => void copy()}>
            Copy details
          </Button>
        </div>
      </div>
    </section>
  );
}
