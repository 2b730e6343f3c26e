/** What an export for trainers writes, exactly, and what it leaves out and why. In: the counts of a dry run. Out: tables. */
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import { count, plural } from "../../../report/words.ts";
import { bytes } from "../../parts/format.ts";

type Counted = Outputs["datasets"]["counted"];

export function TrainerCounts({ counted }: { readonly counted: Counted }): ReactNode {
  const { files, images, rows, bytes: size, otherFiles } = counted;
  return (
    <>
      <table className="trainer-counts">
        <thead>
          <tr>
            <th scope="col">Exactly</th>
            <th scope="col" className="num">
              rows
            </th>
            <th scope="col" className="num">
              size
            </th>
          </tr>
        </thead>
        <tbody>
          {files.map((file) => (
            <tr key={file.path}>
              <th scope="row" className="mono">
                {file.path}
              </th>
              <td className="num">{count(file.rows)}</td>
              <td className="num">{bytes(file.bytes)}</td>
            </tr>
          ))}
          <tr className="total">
            <th scope="row">
              total, with {plural(images.files, "picture")} and {plural(otherFiles, "other file")}
            </th>
            <td className="num">{count(rows)}</td>
            <td className="num">{bytes(size)}</td>
          </tr>
        </tbody>
      </table>
      <dl className="facts export-facts" aria-label="What is left out">
        {leftOut(counted).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function leftOut({ episodes, steps, dropped, images }: Counted): [string, string][] {
  const { offered, kept, contaminated, checkerUnknown, nearDuplicates, validation } = episodes;
  return [
    ["episodes", `${count(kept)} of ${count(offered)} (${count(steps)} steps), ${count(validation)} of them for validation`],
    [
      "gate and final",
      contaminated.episodes === 0
        ? "no episode asks what they ask"
        : `${plural(contaminated.episodes, "episode")} left out: instruction ${count(contaminated.instruction)}, start state ${count(contaminated["start state"])}, checker ${count(contaminated.checker)}`,
    ],
    ...(checkerUnknown.length === 0 ? [] : [["not compared", `checkers of ${checkerUnknown.join(", ")}`] as [string, string]]),
    ["near-duplicates", `${plural(nearDuplicates, "episode")}, in no training row`],
    ["pictures", `${count(images.different)} different`],
    ...Object.entries(dropped).map(([why, n]): [string, string] => ["not written", `${count(n)} × ${why}`]),
  ];
}
