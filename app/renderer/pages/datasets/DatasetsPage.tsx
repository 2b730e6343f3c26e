/** Datasets. */
import type { ReactNode } from "react";
import { Page } from "../../shell/Page.tsx";

export function DatasetsPage(): ReactNode {
  return (
    <Page title="Datasets" hints={[]}>
      {null}
    </Page>
  );
}
