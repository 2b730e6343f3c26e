/** Sessions. */
import type { ReactNode } from "react";
import { Page } from "../../shell/Page.tsx";

export function SessionsPage(): ReactNode {
  return (
    <Page title="Sessions" hints={[]}>
      {null}
    </Page>
  );
}
