/** An episode as one file: a page that needs nothing else, an animation, a script, data. */
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { episodeFileUrl } from "../../../api/urls.ts";
import { episodeName } from "../../parts/format.ts";
import { Popup } from "../../parts/Popup.tsx";

const FORMATS = [
  ["html", "Page", "one HTML file with all pictures, to open anywhere"],
  ["gif", "Animation", "GIF, one frame per step"],
  ["playwright", "Playwright script", "carries the actions out again"],
  ["json", "Data", "everything as JSON"],
] as const;

export function ExportMenu({ id }: { readonly id: string }): ReactNode {
  return (
    <Popup
      small
      align="end"
      title="Export"
      command="replay.export"
      button={
        <>
          <Download size={13} aria-hidden="true" /> Export
        </>
      }
    >
      {(close) => (
        <>
          {FORMATS.map(([format, name, what]) => (
            <a
              key={format}
              className="menu-item"
              href={episodeFileUrl(id, format)}
              download={`${episodeName(id)}.${format === "playwright" ? "ts" : format}`}
              onClick={close}
            >
              <b>{name}</b> <span className="faint">{what}</span>
            </a>
          ))}
          <p className="t11 faint">Secrets are masked as they were recorded.</p>
        </>
      )}
    </Popup>
  );
}
