/** Tasks. */
import type { ReactNode } from "react";
import { Page } from "../../shell/Page.tsx";

export function TasksPage(): ReactNode {
  return (
    <Page title="Tasks" hints={[]}>
      {null}
    </Page>
  );
}
