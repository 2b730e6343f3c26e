/** A folder on the computer the core runs on: typed, or chosen in the desktop app's own dialog. */
import { FolderOpen } from "lucide-react";
import type { ReactNode } from "react";
import { desktop } from "../core/desktop.ts";
import { Button } from "./Button.tsx";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (folder: string) => void;
}

export function FolderField({ label, value, onChange }: Props): ReactNode {
  const choose = async (): Promise<void> => {
    const folder = await desktop?.chooseFolder(label);
    if (folder !== undefined && folder !== null) onChange(folder);
  };
  return (
    <label className="field">
      <span>{label}</span>
      <span className="row">
        <input className="text mono grow" spellCheck={false} placeholder="/home/…" value={value} onChange={(event) => onChange(event.target.value)} />
        {desktop !== null && (
          <Button onClick={() => void choose()}>
            <FolderOpen size={14} aria-hidden="true" /> Choose
          </Button>
        )}
      </span>
    </label>
  );
}
