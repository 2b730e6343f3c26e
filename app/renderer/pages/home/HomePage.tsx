/** Home. */
import type { ReactNode } from "react";
import { Page } from "../../shell/Page.tsx";

export function HomePage(): ReactNode {
  return (
    <Page title="Home" hints={[]}>
      {null}
    </Page>
  );
}
