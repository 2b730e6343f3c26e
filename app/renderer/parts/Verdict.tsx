/** A verdict: its glyph and, where the column does not say it, its word. A person's is underlined. */
import type { ReactNode } from "react";
import type { EpisodeRow } from "../../api/episodes.ts";
import { VERDICT_GLYPHS } from "../../charts/shapes.ts";

export type VerdictName = NonNullable<EpisodeRow["verdict"]>;

interface Props {
  readonly of: VerdictName | null;
  /** Instead of the verdict's own word; null shows the glyph alone. */
  readonly word?: ReactNode;
  readonly byPerson?: boolean;
  /** Evidence, for hovering. */
  readonly title?: string;
}

export function Verdict({ of, word, byPerson = false, title }: Props): ReactNode {
  if (of === null) return <span className="faint">—</span>;
  return (
    <span className={`verdict ${of}${byPerson ? " by-person" : ""}`} title={title}>
      <VerdictGlyph of={of} />
      {word === undefined ? <span className="word">{of.replace("-", " ")}</span> : word}
      {word === null && <span className="unseen">{of.replace("-", " ")}</span>}
    </span>
  );
}

export function VerdictGlyph({ of, size = 13 }: { readonly of: VerdictName; readonly size?: number }): ReactNode {
  return (
    <svg
      className={`glyph ${of}`}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: VERDICT_GLYPHS[of] }}
    />
  );
}
