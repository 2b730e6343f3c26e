/** Episodes. */
import type { ReactNode } from "react";
import { Page } from "../../shell/Page.tsx";

export function EpisodesPage(): ReactNode {
  return (
    <Page title="Episodes" hints={[]}>
      {null}
    </Page>
  );
}
