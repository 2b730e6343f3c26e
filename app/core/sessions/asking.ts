/** When a person is asked before an action. In: the rule, the decision. Out: why, in words, or null. */
import type { Decision } from "../../../agent/policy.ts";
import { endsEpisode } from "../../../env/action.ts";
import type { AskRule } from "../../api/settings.ts";

/** `typed`: what would be sent by Enter is not known, so Enter counts as one of the words' acts only when its target says so. */
export function whyAsk(rule: AskRule, { action, target, logProb }: Decision): string | null {
  switch (rule.kind) {
    case "never":
      return null;
    case "always":
      return "every action is asked for";
    case "some": {
      if (endsEpisode(action) || action.kind === "wait" || action.kind === "hover" || action.kind === "scroll") return null;
      const said = target.toLowerCase();
      const word = action.kind === "type" ? undefined : rule.words.find((one) => new RegExp(`\\b${RegExp.escape(one.toLowerCase())}\\b`).test(said));
      if (word !== undefined) return `the rule “ask before ${word}” holds this action`;
      const probability = logProb === undefined ? null : Math.exp(logProb);
      if (probability !== null && probability < rule.below) return `it is less likely than ${rule.below.toFixed(2).replace(/^0/, "")}`;
      return null;
    }
  }
}
