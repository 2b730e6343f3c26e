/** The list of episodes: query, counts, rows, preview, and acts on whatever is selected. In: the URL. Out: everything that matches it. */
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import type { EpisodeRow } from "../../../api/episodes.ts";
import { filterToSearch, type EpisodeFilter, type EpisodeSort } from "../../../api/query.ts";
import { count } from "../../../report/words.ts";
import { useCommand } from "../../commands/keys.ts";
import { useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { clock } from "../../parts/format.ts";
import { Problem } from "../../parts/Problem.tsx";
import { Page } from "../../shell/Page.tsx";
import { stringifySearch, useUrlSearch, type Search } from "../../urlSearch.ts";
import { ColumnsMenu } from "./ColumnsMenu.tsx";
import { DEFAULT_COLUMNS } from "./columns.tsx";
import { EpisodeGrid } from "./EpisodeGrid.tsx";
import "./episodes.css";
import { Facets } from "./Facets.tsx";
import { Preview } from "./Preview.tsx";
import { filterNames, readQuery, sortToSearch } from "./query.ts";
import { QueryBar } from "./QueryBar.tsx";
import { add, EVERYTHING, isPicked, NOTHING, pickedCount, toggle, toSelection, type Picked } from "./selection.ts";
import { SelectionBar } from "./SelectionBar.tsx";
import { usePlace } from "./usePlace.ts";
import { useRows } from "./useRows.ts";
import { Views } from "./Views.tsx";

export function EpisodesPage(): ReactNode {
  const [search, change] = useUrlSearch();
  const text = stringifySearch(search);
  // The text is the identity: objects made from the same parameters are the same query.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const query = useMemo(() => readQuery(search), [text]);
  const { filter, sort, columns } = query;
  const [current, setCurrent] = usePlace(text);
  const [range, setRange] = useState({ first: 0, last: 50 });
  const [picked, setPicked] = useState<Picked>(NOTHING);
  const [anchor, setAnchor] = useState(0);
  const [peeking, setPeeking] = useState(true);
  const rows = useRows(filter, sort, range.first, range.last);
  const { list } = rows;
  const facets = useCall(
    "episodes",
    "facets",
    { filter, ...(list === undefined ? {} : { asOf: list.asOf }) },
    { keep: true, enabled: list !== undefined },
  );
  const navigate = useNavigate();

  const filterText = JSON.stringify(filter);
  useEffect(() => setPicked(NOTHING), [filterText]);

  const matching = list?.count ?? 0;
  const position = Math.min(current, Math.max(0, matching - 1));
  const row = rows.row(position);
  const selected = pickedCount(picked, matching);
  const selection = list === undefined ? null : toSelection(picked, filter, list.asOf, matching);
  const replaySearch = inThisList(search);
  const open = ({ id }: EpisodeRow): void => void navigate({ to: "/episodes/$id", params: { id }, search: replaySearch });
  const setFilter = (next: EpisodeFilter): void => {
    const gone = Object.fromEntries(filterNames(search).map((name) => [name, null]));
    change({ ...gone, ...filterToSearch(next) });
  };
  const toggleAt = (at: number): void => {
    const episode = rows.row(at);
    if (episode === undefined) return;
    setPicked(toggle(picked, episode.id));
    setCurrent(at);
    setAnchor(at);
  };
  const toggleTo = (at: number): void => {
    const [from, to] = [Math.min(anchor, at), Math.max(anchor, at)];
    const between = Array.from({ length: to - from + 1 }, (_, i) => rows.row(from + i)?.id ?? []).flat();
    setPicked(add(picked, between));
    setCurrent(at);
  };
  const allPicked = selected === 0 ? false : selected === matching ? true : "mixed";
  const toggleAll = (): void => setPicked(allPicked === true ? NOTHING : EVERYTHING);
  const sortBy = (by: EpisodeSort["by"]): void => {
    // Numbers and times: the largest first.
    const first = by === "steps" || by === "seconds" || by === "ended" || by === "started" || by === "cycle";
    change({ sort: sortToSearch({ by, descending: sort.by === by ? !sort.descending : first }) });
  };
  const onRange = useCallback((first: number, last: number) => setRange({ first, last }), []);
  useCommand("episodes.selectAll", () => setPicked(EVERYTHING));
  useCommand("episodes.peek", () => setPeeking(!peeking));

  return (
    <Page
      title="Episodes"
      counts={list !== undefined && `${count(list.total)} in this workspace`}
      actions={
        rows.newer > 0 && (
          <Button small command="episodes.newer" onClick={rows.takeInNewer}>
            {count(rows.newer)} new since {clock(rows.frozenAt)}
          </Button>
        )
      }
      hints={["episodes.query", "list.move", "episodes.select", "list.open", "episodes.label", "episodes.route"]}
      className="episodes"
    >
      <div className="above">
        <div className="row between">
          <Views search={search} />
          {list !== undefined && <span className="faint t12">query {Math.max(1, Math.round(list.milliseconds))} ms</span>}
        </div>
        <QueryBar search={search} query={query} change={change} />
        <div className="row">
          {list === undefined ? (
            <p className="matching faint">Counting…</p>
          ) : (
            <Facets matching={matching} total={list.total} steps={list.steps} facets={facets.data} filter={filter} onFilter={setFilter} />
          )}
          <span className="grow" />
          <ColumnsMenu
            shown={columns}
            onChange={(next) => change({ cols: next.join(",") === DEFAULT_COLUMNS.join(",") ? null : next.join(",") }, "replace")}
          />
        </div>
        {list?.unreadable !== null && list?.unreadable !== undefined && <p className="t12 fail">{list.unreadable}</p>}
      </div>
      <div className="body">
        {rows.error !== null ? (
          <Problem title="The list could not be read" error={rows.error} retry={rows.retry} />
        ) : list !== undefined && list.total === 0 ? (
          <NoEpisodes />
        ) : list !== undefined && matching === 0 ? (
          <NoMatch onClear={() => void navigate({ to: "/episodes", search: {} })} />
        ) : (
          <EpisodeGrid
            count={matching}
            row={rows.row}
            columns={columns}
            sort={sort}
            q={filter.q ?? ""}
            current={position}
            picked={picked}
            allPicked={allPicked}
            stale={rows.stale}
            onMove={(at) => {
              setCurrent(at);
              setAnchor(at);
            }}
            onOpen={open}
            onToggle={toggleAt}
            onToggleTo={toggleTo}
            onToggleAll={toggleAll}
            onSort={sortBy}
            onRange={onRange}
          />
        )}
        {peeking && row !== undefined && <Preview row={row} q={filter.q ?? ""} replaySearch={replaySearch} />}
        {selection !== null && (
          <SelectionBar
            selection={selection}
            selected={selected}
            newer={rows.newer}
            frozenAt={rows.frozenAt}
            onClear={() => setPicked(NOTHING)}
            onTakeInNewer={rows.takeInNewer}
          />
        )}
      </div>
      <p className="unseen" role="status">
        {list === undefined ? "" : `${matching} episodes match`}
        {row !== undefined && isPicked(picked, row.id) && ", current one selected"}
      </p>
    </Page>
  );
}

/** Parameters that let a replay say "3 of 41 in this list" and go to the next one, also for a colleague who gets the link. */
function inThisList(search: Search): Record<string, string> {
  const { cols: _, view: __, ...rest } = search;
  return { in: stringifySearch(rest).slice(1) || "all" };
}

function NoEpisodes(): ReactNode {
  const navigate = useNavigate();
  return (
    <Empty
      title="No episodes yet"
      action={
        <Button kind="primary" command="session.new" onClick={() => void navigate({ to: "/sessions", search: { new: "1" } })}>
          Start a session
        </Button>
      }
    >
      An episode is one attempt at a task: every screen, action and verdict of it. A session records one in a few seconds; turning the wheel on Home
      records some hundreds.
    </Empty>
  );
}

function NoMatch({ onClear }: { readonly onClear: () => void }): ReactNode {
  return (
    <Empty
      title="Nothing matches"
      action={
        <Button kind="primary" onClick={onClear}>
          Show all episodes
        </Button>
      }
    >
      No episode has all of these properties. Remove a chip, or press “is” on one to turn it round.
    </Empty>
  );
}
