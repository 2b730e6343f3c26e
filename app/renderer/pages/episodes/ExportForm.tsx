/** Writes the selected episodes to a folder, as a job. In: a path; the desktop app offers a dialog for it. */
import { useState, type ReactNode } from "react";
import type { Selection } from "../../../api/query.ts";
import { count, plural } from "../../../report/words.ts";
import { invoke, useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { FolderField } from "../../parts/FolderField.tsx";
import { bytes } from "../../parts/format.ts";
import { attempt } from "../../shell/attempt.ts";

export function ExportForm({ selection, onDone }: { readonly selection: Selection; readonly onDone: () => void }): ReactNode {
  const [folder, setFolder] = useState("");
  const { data } = useCall("episodes", "preview", { selection, change: { kind: "export" } });
  const write = async (): Promise<void> => {
    onDone();
    await attempt(
      () => invoke("episodes", "export", { selection, folder }),
      () => "Export began.",
    );
  };
  return (
    <form
      className="bulk-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (folder !== "") void write();
      }}
    >
      <FolderField label="Empty folder for rows and pictures" value={folder} onChange={setFolder} />
      {data !== undefined && (
        <Button kind="primary" type="submit" off={folder === "" ? "Name a folder first." : null}>
          Export {plural(data.done, "episode")}, {count(data.steps)} steps, about {bytes(data.bytes)}
        </Button>
      )}
    </form>
  );
}
