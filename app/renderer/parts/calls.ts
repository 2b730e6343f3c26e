/** What asking a model on a server took, in words. In: counts as far as the server told them. Out: text. */
import { count } from "../../report/words.ts";

interface Tokens {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** "1 204 in, 61 out". */
export function tokens({ promptTokens, completionTokens }: Tokens): string {
  if (promptTokens === null && completionTokens === null) return "the server does not tell";
  return `${promptTokens === null ? "?" : count(promptTokens)} in, ${completionTokens === null ? "?" : count(completionTokens)} out`;
}

/** "$0.0042"; small sums keep two digits that say something. */
export function cost(usd: number | null): string {
  if (usd === null) return "not known";
  return usd === 0 || usd >= 0.01 ? `$${usd.toFixed(2)}` : `$${Number(usd.toPrecision(2))}`;
}
