/** Replay. */
import type { ReactNode } from "react";
import { Page } from "../../shell/Page.tsx";

export function ReplayPage(): ReactNode {
  return (
    <Page title="Replay" hints={[]}>
      {null}
    </Page>
  );
}
