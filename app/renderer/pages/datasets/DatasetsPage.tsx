/** What may be learned from: the ledger, a pool's composition, snapshots and their difference, export. In: pool, snapshot and diff from the URL. */
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { FolderInput, Snowflake, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { count, plural } from "../../../report/words.ts";
import { useCommand } from "../../commands/keys.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { useRun } from "../../core/useRun.ts";
import { Button } from "../../parts/Button.tsx";
import { CheckpointMark } from "../../parts/CheckpointMark.tsx";
import { Empty } from "../../parts/Empty.tsx";
import { ago, bytes } from "../../parts/format.ts";
import { Problem } from "../../parts/Problem.tsx";
import { RunPicker } from "../../parts/RunPicker.tsx";
import { attempt } from "../../shell/attempt.ts";
import { Page } from "../../shell/Page.tsx";
import { useUrlSearch } from "../../urlSearch.ts";
import { Composition } from "./Composition.tsx";
import "./datasets.css";
import { Difference } from "./Difference.tsx";
import { ExportPanel } from "./ExportPanel.tsx";
import { FolderDialog } from "./FolderDialog.tsx";
import { Ledger } from "./Ledger.tsx";

type Pools = Outputs["datasets"]["pools"];
type Pool = "ct" | "sft" | "rl" | "quarantine";

const POOLS: readonly (readonly [Pool, string, (pools: Pools) => string])[] = [
  ["ct", "CT", ({ ct }) => count(ct)],
  ["sft", "SFT", ({ sft }) => count(sft)],
  ["rl", "RL", ({ rl }) => `${count(rl.tasks)} ${rl.tasks === 1 ? "task" : "tasks"}`],
  ["quarantine", "Quarantine", ({ quarantine }) => count(quarantine)],
];

export function DatasetsPage(): ReactNode {
  const params = useParams({ strict: false });
  const pool: Pool = POOLS.find(([name]) => name === params.pool)?.[0] ?? "sft";
  const [search, change] = useUrlSearch();
  const { input, run, runs, choose } = useRun();
  const { data: pools, error, refetch } = useCall("datasets", "pools", input);
  const { data: ledger } = useCall("datasets", "ledger", input);
  const { data: snapshots } = useCall("datasets", "snapshots", input);
  const navigate = useNavigate();
  const current =
    snapshots?.find(({ hash }) => params.snapshot !== undefined && hash.startsWith(params.snapshot)) ??
    (params.snapshot === undefined ? snapshots?.[0] : undefined) ??
    null;
  const go = (to: string): void => void navigate({ to: "/datasets/$pool/$snapshot", params: { pool, snapshot: to }, search: input });
  const at = snapshots?.findIndex(({ hash }) => hash === current?.hash) ?? -1;
  useCommand(
    "datasets.snapshot",
    snapshots === undefined || snapshots.length < 2
      ? null
      : (which) => snapshots[at + (which === 0 ? 1 : -1)] !== undefined && go(snapshots[at + (which === 0 ? 1 : -1)]!.hash),
  );
  const other = search["diff"] ?? snapshots?.[at + 1]?.hash ?? "now";
  useCommand("datasets.diff", current === null ? null : () => document.querySelector<HTMLSelectElement>('[aria-label="Compare with"]')?.focus());
  // People's own episodes and imported ones belong to no run.
  const empty = ledger?.length === 0 && snapshots?.length === 0 && pools !== undefined && pools.ct + pools.sft + pools.quarantine === 0;
  const stage = pool === "quarantine" ? "sft" : pool;
  return (
    <Page
      title="Datasets"
      counts={
        <span className="row">
          <span className="segments" role="group" aria-label="Pool">
            {POOLS.map(([name, title, size]) => (
              <Link
                key={name}
                to={params.snapshot === undefined ? "/datasets/$pool" : "/datasets/$pool/$snapshot"}
                params={{ pool: name, snapshot: params.snapshot ?? "" }}
                search={search}
                aria-current={name === pool ? "page" : undefined}
              >
                {title} {pools !== undefined && size(pools)}
              </Link>
            ))}
          </span>
          {snapshots !== undefined && current !== null && (
            <>
              <select aria-label="Snapshot" className="run-picker" value={current.hash} onChange={(event) => go(event.target.value)}>
                {snapshots.map(({ hash, name }) => (
                  <option key={hash} value={hash}>
                    {name} {hash.slice(0, 8)}
                  </option>
                ))}
              </select>
              <span className="t12">{ago(current.createdAt)}</span>
            </>
          )}
          <RunPicker run={run} runs={runs} choose={choose} />
        </span>
      }
      actions={
        <>
          <Button small command="datasets.folder" onClick={() => change({ folder: "1" })}>
            <FolderInput size={13} aria-hidden="true" /> Check or import…
          </Button>
          <Button
            small
            command="datasets.freeze"
            off={empty ? "There is nothing to learn from yet." : null}
            onClick={() =>
              void attempt(
                () => invoke("datasets", "freeze", input),
                () => "A snapshot of everything as it is now is being built.",
              )
            }
          >
            <Snowflake size={13} aria-hidden="true" /> Freeze snapshot
          </Button>
        </>
      }
      hints={["datasets.export", "datasets.diff", "datasets.row", "datasets.snapshot", "datasets.freeze"]}
      className="datasets"
    >
      {error !== null && <Problem title="The pools could not be read" error={error} retry={() => void refetch()} />}
      {empty && <NoData onHome={() => void navigate({ to: "/" })} />}
      {params.snapshot !== undefined && snapshots !== undefined && current === null && (
        <Problem title="This snapshot is not here" error={new Error(`There is no snapshot ${params.snapshot} in this run.`)} />
      )}
      {!empty && run !== undefined && (
        <>
          <div className="datasets-left">
            {(ledger === undefined || snapshots === undefined) && <p className="dim reading">Reading…</p>}
            {current !== null && <SnapshotLine snapshot={current} />}
            {run !== null && ledger !== undefined && ledger.length > 0 && (
              <section>
                <Ledger rows={ledger} run={run.id} />
              </section>
            )}
            <div className="halves">
              <Composition
                input={{
                  ...input,
                  pool,
                  ...(params.snapshot !== undefined && current !== null && pool !== "quarantine" ? { snapshot: current.hash } : {}),
                }}
              />
              {current !== null && (
                <Difference snapshot={current} other={other} snapshots={snapshots ?? []} pool={stage} onOther={(hash) => change({ diff: hash })} />
              )}
            </div>
          </div>
          {current !== null && (
            <ExportPanel
              snapshot={current}
              stage={stage}
              forTrainers={search["for"] === "trainers"}
              onForTrainers={(is) => change({ for: is ? "trainers" : null })}
            />
          )}
        </>
      )}
      <FolderDialog open={search["folder"] !== undefined} onClose={() => change({ folder: null }, "replace")} />
    </Page>
  );
}

/** What the snapshot is, who learned from it, whether it still holds. */
function SnapshotLine({ snapshot }: { readonly snapshot: Outputs["datasets"]["snapshots"][number] }): ReactNode {
  const { name, hash, checkpoints, stale, present, screens, bytes: size } = snapshot;
  return (
    <section className="snapshot-line row wrap t12">
      <b>{name}</b> <code title={hash}>{hash.slice(0, 12)}</code>
      <span className="dim">
        {count(screens)} screens, files {bytes(size)}
        {!present && ", built again when it is asked for"}
      </span>
      {checkpoints.length > 0 && <span className="dim">→ learned by</span>}
      {checkpoints.map((checkpoint) => (
        <CheckpointMark key={checkpoint.id} of={checkpoint} link />
      ))}
      {stale > 0 && (
        <Link to="/episodes" search={{ snapshot: hash.slice(0, 16), is: "retracted" }} className="env-error row">
          <TriangleAlert size={13} aria-hidden="true" /> {plural(stale, "episode")} in it {stale === 1 ? "was" : "were"} retracted or moved since
        </Link>
      )}
    </section>
  );
}

function NoData({ onHome }: { readonly onHome: () => void }): ReactNode {
  return (
    <Empty
      title="Nothing to learn from yet"
      action={
        <Button kind="primary" onClick={onHome}>
          To the wheel
        </Button>
      }
    >
      Verified good episodes go to SFT, the rest to CT, tasks that are solved sometimes to RL. The first cycle of the wheel fills the pools in a few
      minutes; every number here then opens its episodes, and any snapshot can be exported.
    </Empty>
  );
}
