/** Checkpoints. */
import type { ReactNode } from "react";
import { Page } from "../../shell/Page.tsx";

export function CheckpointsPage(): ReactNode {
  return (
    <Page title="Checkpoints" hints={[]}>
      {null}
    </Page>
  );
}
