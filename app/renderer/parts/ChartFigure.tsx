/**
 * The frame of every chart: title, which interval and n, the drawing, a caption, the same numbers as a table, and ways to take both along.
 * In: parts. Out: a figure; `Shift V` turns all charts of the page into tables and back.
 */
import { ChartLine, Copy, Table as TableIcon } from "lucide-react";
import { useRef, useState, type ReactNode } from "react";
import { useCommand } from "../commands/keys.ts";
import { toast } from "../shell/toasts.ts";
import { Popup } from "./Popup.tsx";

interface Numbers {
  readonly head: readonly string[];
  /** The first cell names its row. */
  readonly rows: readonly (readonly ReactNode[])[];
}

interface Props {
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  readonly caption?: ReactNode;
  readonly numbers: Numbers;
  readonly children: ReactNode;
  readonly className?: string;
}

export function ChartFigure({ title, subtitle, caption, numbers, children, className = "" }: Props): ReactNode {
  const [asTable, setAsTable] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  useCommand("chart.table", () => setAsTable(!asTable));
  const copy = async (text: string | null | undefined, what: string): Promise<void> => {
    if (text === null || text === undefined) return;
    await navigator.clipboard.writeText(text);
    toast(`${what} copied.`);
  };
  return (
    <figure className={`chart ${className}`}>
      <figcaption className="row">
        <h2>{title}</h2>
        {subtitle !== undefined && <span className="t12 faint cut">{subtitle}</span>}
        <span className="grow" />
        <button
          type="button"
          className="button quiet small"
          aria-pressed={asTable}
          aria-label={asTable ? "Show as chart" : "Show as table"}
          title={asTable ? "Show as chart" : "Show as table"}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? <ChartLine size={13} aria-hidden="true" /> : <TableIcon size={13} aria-hidden="true" />}
        </button>
        <Popup
          kind="quiet"
          small
          align="end"
          title="Copy"
          button={
            <>
              <Copy size={13} aria-hidden="true" />
              <span className="unseen">Copy chart</span>
            </>
          }
        >
          {(close) => (
            <>
              <button type="button" className="menu-item" onClick={() => (close(), void copy(csv(numbers), "Numbers"))}>
                Numbers as CSV
              </button>
              {!asTable && (
                <button
                  type="button"
                  className="menu-item"
                  onClick={() => (close(), void copy(body.current?.querySelector("svg")?.outerHTML, "Picture"))}
                >
                  Picture as SVG
                </button>
              )}
            </>
          )}
        </Popup>
      </figcaption>
      <div ref={body}>{asTable ? <NumbersTable {...numbers} /> : children}</div>
      {caption !== undefined && <p className="caption">{caption}</p>}
    </figure>
  );
}

function NumbersTable({ head, rows }: Numbers): ReactNode {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Numbers">
      <table>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...rest], i) => (
            <tr key={i}>
              <th scope="row">{first}</th>
              {rest.map((cell, at) => (
                <td key={head[at + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function csv({ head, rows }: Numbers): string {
  const cell = (value: ReactNode): string =>
    `"${(typeof value === "string" || typeof value === "number" ? String(value) : "").replaceAll('"', '""')}"`;
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\n");
}
