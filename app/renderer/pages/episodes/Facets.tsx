/** What the matching episodes are: exact count, counts per verdict and stage (each narrows the list), two histograms to drag on. */
import type { ReactNode } from "react";
import type { Outputs } from "../../../api/index.ts";
import type { EpisodeFilter } from "../../../api/query.ts";
import { count } from "../../../report/words.ts";
import { StageTag } from "../../parts/StageTag.tsx";
import { Verdict, type VerdictName } from "../../parts/Verdict.tsx";
import { Histogram } from "./Histogram.tsx";

interface Props {
  readonly matching: number;
  readonly total: number;
  readonly steps: number;
  readonly facets: Outputs["episodes"]["facets"] | undefined;
  readonly filter: EpisodeFilter;
  readonly onFilter: (filter: EpisodeFilter) => void;
}

export function Facets({ matching, total, steps, facets, filter, onFilter }: Props): ReactNode {
  return (
    <div className="facets">
      <p className="matching">
        <b>{count(matching)}</b>{" "}
        <span className="dim">
          {matching === total ? "episodes" : `of ${count(total)} episodes`}, {count(steps)} steps
        </span>
      </p>
      {facets !== undefined && (
        <>
          <div className="row facet-group" role="group" aria-label="By verdict">
            {Object.entries(facets.verdicts).map(
              ([name, n]) =>
                (n > 0 || filter.verdict?.includes(name as VerdictName) === true) && (
                  <Facet
                    key={name}
                    on={filter.verdict?.includes(name as VerdictName) === true}
                    name={name}
                    onPress={() => onFilter(toggled(filter, "verdict", name))}
                  >
                    <Verdict of={name as VerdictName} word={count(n)} />
                  </Facet>
                ),
            )}
          </div>
          <div className="row facet-group" role="group" aria-label="By stage">
            {Object.entries(facets.routes).map(
              ([name, n]) =>
                n > 0 && (
                  <Facet
                    key={name}
                    on={filter.route?.includes(name as "SFT") === true}
                    name={name === "none" ? "not routed" : name}
                    onPress={() => onFilter(toggled(filter, "route", name))}
                  >
                    <StageTag of={name as "SFT"} /> {count(n)}
                  </Facet>
                ),
            )}
          </div>
          <Histogram name="steps" whole bars={facets.steps} range={filter.steps} onRange={(steps_) => onFilter(withRange(filter, "steps", steps_))} />
          <Histogram
            name="seconds"
            bars={facets.seconds}
            range={filter.seconds}
            onRange={(seconds) => onFilter(withRange(filter, "seconds", seconds))}
          />
        </>
      )}
    </div>
  );
}

interface FacetProps {
  readonly on: boolean;
  readonly name: string;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

function Facet({ on, name, onPress, children }: FacetProps): ReactNode {
  return (
    <button type="button" className="facet" aria-pressed={on} title={name} onClick={onPress}>
      <span className="unseen">{name} </span>
      {children}
    </button>
  );
}

/** Adds a value to a field's alternatives, or takes it away. */
function toggled(filter: EpisodeFilter, field: "verdict" | "route", value: string): EpisodeFilter {
  const values = [...new Set<string>(filter[field]).symmetricDifference(new Set([value]))];
  const { [field]: _, ...rest } = filter;
  return values.length === 0 ? rest : { ...rest, [field]: values };
}

function withRange(filter: EpisodeFilter, field: "steps" | "seconds", range: EpisodeFilter["steps"]): EpisodeFilter {
  const { [field]: _, ...rest } = filter;
  return range === undefined ? rest : { ...rest, [field]: range };
}
