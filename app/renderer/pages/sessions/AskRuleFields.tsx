/** When a session must ask before it acts. In: a rule. Out: a changed one. */
import { useState, type ReactNode } from "react";
import type { AskRule } from "../../../api/settings.ts";
import { rate } from "../../../report/words.ts";
import { Segments } from "../../parts/Segments.tsx";

const DEFAULT: AskRule = { kind: "some", words: ["send", "buy", "pay", "order", "delete", "submit"], below: 0 };

/** "before send, buy, delete". */
export function ruleWords(rule: AskRule): string {
  if (rule.kind === "never") return "never";
  if (rule.kind === "always") return "before every action";
  const words = rule.words.length > 3 ? `${rule.words.slice(0, 3).join(", ")}, …` : rule.words.join(", ");
  const sure = rule.below > 0 ? `below p ${rate(rule.below)}` : "";
  return `before ${[words, sure].filter(Boolean).join(" or ") || "nothing"}`;
}

export function AskRuleFields({ rule, onChange }: { readonly rule: AskRule; readonly onChange: (rule: AskRule) => void }): ReactNode {
  const [words, setWords] = useState(rule.kind === "some" ? rule.words.join(", ") : "");
  return (
    <>
      <Segments<AskRule["kind"]>
        label="Asks"
        value={rule.kind}
        options={[
          { value: "never", name: "never" },
          { value: "some", name: "sometimes" },
          { value: "always", name: "before every action" },
        ]}
        onChange={(kind) => {
          const next: AskRule = kind === "some" ? DEFAULT : { kind };
          if (next.kind === "some") setWords(next.words.join(", "));
          onChange(next);
        }}
      />
      {rule.kind === "some" && (
        <>
          <label className="field">
            <span>Before pressing something with these words</span>
            <input
              value={words}
              onChange={(event) => {
                setWords(event.target.value);
                onChange({
                  ...rule,
                  words: event.target.value
                    .split(",")
                    .map((word) => word.trim())
                    .filter((word) => word !== ""),
                });
              }}
            />
          </label>
          <label className="field">
            <span>Before anything less likely than {rate(rule.below)} (0: never for this)</span>
            <input
              type="range"
              min="0"
              max="1"
              step="0.05"
              value={rule.below}
              onChange={(event) => onChange({ ...rule, below: Number(event.target.value) })}
            />
          </label>
        </>
      )}
    </>
  );
}
