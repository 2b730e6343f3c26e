/**
 * Sets of drawn pages that measure how well signs are named. In: a name. Out: what is drawn. The icons of `development` and `unseen` never
 * teach; `unseen` also draws forms in proportions, sizes, fills and letters that training leaves out, and is looked at only when all is done.
 */
import { createHash } from "node:crypto";
import { openIcons, type Share } from "../../agent/signs/pages/iconFiles.ts";

export interface SignSet {
  readonly share: Share;
  readonly seed: number;
  readonly pages: number;
  readonly summary: string;
}

export const SIGN_SETS = {
  development: { share: "development", seed: 2, pages: 120, summary: "icons of a package that never teaches; thresholds are chosen on it" },
  unseen: { share: "unseen", seed: 3, pages: 160, summary: "icons of two more packages, forms in unseen proportions and fills, other letters" },
} as const satisfies Readonly<Record<string, SignSet>>;

/** SHA-256 of what a set is made of: its pages by number, and the icons on them. */
export function signSetHash({ share, seed, pages }: SignSet): string {
  const { releases, byClass } = openIcons(share);
  return createHash("sha256")
    .update(JSON.stringify([share, seed, pages, releases, byClass]))
    .digest("hex");
}
