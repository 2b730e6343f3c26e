import { expect, test } from "vitest";
import { PAGE_SETS } from "../../flywheel/reader/pageSets.ts";

/** Written down before a reader was trained. Whoever changes them measures every reader anew. */
const FIXED = {
  tasks: "0acd56cfa9c8a08c56fbe00e932499782ad3b1804f15ebee2a6943da53d66cd3",
  samples: "605d0b13406a02bc551dad2fa85430ec6e4b29b46877dc1ee1c50c3657a5d129",
  "unseen-fonts": "8c70a3b43cfa7b164f75b6d0cfc8ed88f3831c54768d771bc081daeab6f40837",
} as const;

test.each(Object.entries(FIXED))("the page set %s is what it was before any reader was trained", (name, hash) => {
  expect(PAGE_SETS.find((set) => set.name === name)?.hash()).toBe(hash);
});
