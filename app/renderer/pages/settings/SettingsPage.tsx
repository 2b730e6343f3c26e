/** Settings. */
import type { ReactNode } from "react";
import { Page } from "../../shell/Page.tsx";

export function SettingsPage(): ReactNode {
  return (
    <Page title="Settings" hints={[]}>
      {null}
    </Page>
  );
}
