/** Work under way: name, done / all, bar, rate and time left. In: a job, or the same numbers from elsewhere. */
import type { ReactNode } from "react";
import { count } from "../../report/words.ts";

interface Props {
  readonly name: ReactNode;
  readonly done: number;
  /** 0: not known. */
  readonly total: number;
  readonly left: ReactNode;
  readonly right: ReactNode;
  /** Paused or ended: the bar is quiet. */
  readonly still?: boolean;
  readonly actions?: ReactNode;
}

export function Progress({ name, done, total, left, right, still = false, actions }: Props): ReactNode {
  return (
    <div className="progress">
      <div className="row between">
        <strong className="cut">{name}</strong>
        <span className="num">
          {count(done)}
          {total > 0 && ` / ${count(total)}`}
        </span>
        {actions}
      </div>
      <progress
        className={still ? "still" : ""}
        max={total > 0 ? total : 1}
        value={total > 0 ? Math.min(done, total) : 0}
        aria-label={typeof name === "string" ? name : "Progress"}
      />
      <div className="row between t11 dim">
        <span className="cut">{left}</span>
        <span>{right}</span>
      </div>
    </div>
  );
}
