/** Takes a checkpoint out of the workspace as a folder, or one in. */
import { useState, type ReactNode } from "react";
import { invoke } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { Dialog } from "../../parts/Dialog.tsx";
import { FolderField } from "../../parts/FolderField.tsx";
import { attempt } from "../../shell/attempt.ts";

interface Props {
  readonly kind: "export" | "import" | null;
  readonly onClose: () => void;
  readonly checkpoint: { readonly id: string; readonly name: string } | null;
  readonly run: string | undefined;
  readonly onImported: (id: string) => void;
}

export function FolderDialog({ kind, onClose, checkpoint, run, onImported }: Props): ReactNode {
  const [folder, setFolder] = useState("");
  const go = async (): Promise<void> => {
    onClose();
    if (kind === "export" && checkpoint !== null) {
      await attempt(
        () => invoke("checkpoints", "export", { id: checkpoint.id, folder }),
        () => `${checkpoint.name} is being copied to ${folder}.`,
      );
      return;
    }
    const imported = await attempt(() => invoke("checkpoints", "import", { folder, ...(run === undefined ? {} : { run }) }));
    if (imported !== null) onImported(imported.id);
  };
  const exports = kind === "export";
  return (
    <Dialog open={kind !== null} onClose={onClose} title={exports ? `Export ${checkpoint?.name ?? ""}` : "Import a checkpoint"}>
      <p className="dim t12">
        {exports
          ? "Copies weights, inference graph and manifest. The folder can be imported on another computer."
          : "Checks the folder against its manifest and adds it as a candidate: it goes through the gate like any other."}
      </p>
      <FolderField label={exports ? "Empty folder" : "Folder with a checkpoint"} value={folder} onChange={setFolder} />
      <div className="row">
        <Button kind="primary" off={folder === "" ? "Name a folder first." : null} onClick={() => void go()}>
          {exports ? "Export" : "Import"}
        </Button>
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
