/**
 * The virtual list: only the rows on the screen exist, any number can be reached. In: rows by position, the current one, what is selected.
 * Out: moves, selection, opening. The grid has the focus; `aria-activedescendant` names the current row.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { memo, useEffect, useRef, useState, type ReactNode } from "react";
import type { EpisodeRow } from "../../../api/episodes.ts";
import type { EpisodeSort } from "../../../api/query.ts";
import { thumbnailUrl } from "../../../api/urls.ts";
import { useCommand } from "../../commands/keys.ts";
import { Check } from "../../parts/Check.tsx";
import { Picture } from "../../parts/Picture.tsx";
import { useToken } from "../../parts/useToken.ts";
import { columnOf, gridTemplate, type ColumnId } from "./columns.tsx";
import { isPicked, type Picked } from "./selection.ts";

interface Props {
  readonly count: number;
  readonly row: (position: number) => EpisodeRow | undefined;
  readonly columns: readonly ColumnId[];
  readonly sort: EpisodeSort;
  readonly q: string;
  readonly current: number;
  readonly picked: Picked;
  readonly allPicked: boolean | "mixed";
  readonly stale: boolean;
  readonly onMove: (position: number) => void;
  readonly onOpen: (row: EpisodeRow) => void;
  readonly onToggle: (position: number) => void;
  readonly onToggleTo: (position: number) => void;
  readonly onToggleAll: () => void;
  readonly onSort: (by: EpisodeSort["by"]) => void;
  readonly onRange: (first: number, last: number) => void;
}

export function EpisodeGrid(props: Props): ReactNode {
  const { count, row, columns, current, onMove, onOpen, onToggle, onToggleTo, onRange } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const height = useToken("--row-pictured", 34);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    // The header stays above the rows, the selection bar below them.
    scrollPaddingStart: HEADER,
    scrollPaddingEnd: 8,
    initialOffset: () => Math.max(0, current * height - 200),
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => onRange(first, last), [first, last, onRange]);
  useEffect(() => virtual.measure(), [height, virtual]);
  const move = (to: number): void => {
    const position = Math.max(0, Math.min(count - 1, to));
    onMove(position);
    virtual.scrollToIndex(position);
    scroller.current?.focus({ preventScroll: true });
  };
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / height) - 2);
  const at = row(current);
  const some = count > 0;
  useCommand("list.move", some ? (which) => move(current + (which % 2 === 0 ? 1 : -1)) : null);
  useCommand("list.first", some ? () => move(0) : null);
  useCommand("list.last", some ? () => move(count - 1) : null);
  useCommand("list.pageDown", some ? () => move(current + page) : null);
  useCommand("list.pageUp", some ? () => move(current - page) : null);
  useCommand("list.open", at === undefined ? null : () => onOpen(at));
  useCommand("episodes.select", some ? () => onToggle(current) : null);
  useCommand("episodes.selectTo", some ? () => onToggleTo(current) : null);
  const template = { gridTemplateColumns: gridTemplate(columns) };
  const newest = useRef(props);
  useEffect(() => {
    newest.current = props;
  });
  const [on] = useState((): RowActs => ({
    press: (index, isRange) => (isRange ? newest.current.onToggleTo(index) : newest.current.onMove(index)),
    open: (episode) => newest.current.onOpen(episode),
    toggle: (index) => newest.current.onToggle(index),
  }));
  return (
    <div
      ref={scroller}
      className={`episode-grid${props.stale ? " stale" : ""}`}
      role="grid"
      aria-label="Episodes"
      aria-rowcount={count + 1}
      aria-colcount={columns.length + 2}
      aria-multiselectable
      aria-activedescendant={at === undefined ? undefined : `episode-${current}`}
      tabIndex={0}
    >
      <HeaderRow {...props} template={template} />
      <div role="rowgroup" className="rows" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const episode = row(index);
          return (
            <Row
              key={index}
              episode={episode}
              index={index}
              start={start}
              height={height}
              columns={columns}
              q={props.q}
              isCurrent={index === current}
              isPicked={episode !== undefined && isPicked(props.picked, episode.id)}
              on={on}
            />
          );
        })}
      </div>
    </div>
  );
}

const HEADER = 28;
/** As in the style sheet. */
const PICTURE_WIDTH = 46;
/** Rows that are in sight for less than this show no picture, ms. */
const PASSED_BY = 80;

function HeaderRow({ columns, sort, allPicked, onToggleAll, onSort, template }: Props & { readonly template: React.CSSProperties }): ReactNode {
  return (
    <div role="rowgroup" className="head">
      <div role="row" aria-rowindex={1} className="episode-head" style={template}>
        <div role="columnheader">
          <Check checked={allPicked} label="Select all that match" onChange={onToggleAll} />
        </div>
        <div role="columnheader">
          <span className="unseen">Picture</span>
        </div>
        {columns.map((id) => {
          const { title, sort: by, numeric } = columnOf(id);
          const sorted = by === sort.by ? (sort.descending ? "descending" : "ascending") : undefined;
          return (
            <div key={id} role="columnheader" className={numeric === true ? "num" : ""} aria-sort={sorted}>
              {by === undefined ? (
                title
              ) : (
                <button type="button" onClick={() => onSort(by)}>
                  {title}
                  {sorted === "ascending" && <ArrowUp size={11} aria-hidden="true" />}
                  {sorted === "descending" && <ArrowDown size={11} aria-hidden="true" />}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** What a row does; the same object as long as the grid is there, so that rows that stay are not drawn again while the list scrolls. */
interface RowActs {
  readonly press: (index: number, isRange: boolean) => void;
  readonly open: (episode: EpisodeRow) => void;
  readonly toggle: (index: number) => void;
}

interface RowProps {
  readonly episode: EpisodeRow | undefined;
  readonly index: number;
  readonly start: number;
  readonly height: number;
  readonly columns: readonly ColumnId[];
  readonly q: string;
  readonly isCurrent: boolean;
  readonly isPicked: boolean;
  readonly on: RowActs;
}

const Row = memo(function OneRow(props: RowProps): ReactNode {
  const { episode, index, start, height, columns, isCurrent, on } = props;
  return (
    <div
      id={`episode-${index}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.isPicked}
      className={`episode-row${isCurrent ? " current" : ""}${episode?.retracted === true ? " retracted" : ""}`}
      style={{ gridTemplateColumns: gridTemplate(columns), height, transform: `translateY(${start}px)` }}
      onClick={(event) => on.press(index, event.shiftKey)}
      onDoubleClick={() => episode !== undefined && on.open(episode)}
    >
      {episode === undefined ? <LoadingCells columns={columns} /> : <Cells {...props} episode={episode} />}
    </div>
  );
});

function Cells({ episode, index, columns, q, isPicked: checked, on }: RowProps & { readonly episode: EpisodeRow }): ReactNode {
  return (
    <>
      <div role="gridcell">
        <Check inRow checked={checked} label={`Select ${episode.instruction}`} onChange={() => on.toggle(index)} />
      </div>
      <div role="gridcell" className="thumb">
        <Picture url={thumbnailUrl(episode.screen)} width={PICTURE_WIDTH} delay={PASSED_BY} alt="" />
      </div>
      {columns.map((id) => {
        const { cell, numeric } = columnOf(id);
        return (
          <div key={id} role="gridcell" className={numeric === true ? "num" : "cut"}>
            {cell(episode, q)}
          </div>
        );
      })}
    </>
  );
}

function LoadingCells({ columns }: { readonly columns: readonly ColumnId[] }): ReactNode {
  return ["box", "picture", ...columns].map((id) => (
    <div key={id} role="gridcell" className="loading">
      {id !== "box" && <span className="skeleton" />}
    </div>
  ));
}
