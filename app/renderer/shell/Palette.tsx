/**
 * Commands, pages, tasks, episodes and checkpoints in one list. In: a few letters. Out: a command that runs, or a page that opens.
 * Commands and pages answer at once; the core's finds follow.
 */
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useDeferredValue, useState, type ReactNode } from "react";
import { runCommand, useOffered } from "../commands/keys.ts";
import { COMMANDS, type CommandId } from "../commands/table.ts";
import { useCall } from "../core/useCall.ts";
import { CheckpointMark } from "../parts/CheckpointMark.tsx";
import { episodeName } from "../parts/format.ts";
import { Keys } from "../parts/Keys.tsx";
import { Verdict } from "../parts/Verdict.tsx";

interface Item {
  readonly id: string;
  readonly face: ReactNode;
  readonly run: () => void;
}
interface Group {
  readonly value: string;
  readonly items: readonly Item[];
}

const PER_GROUP = 6;

export function Palette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  return (
    <Dialog.Root open={open} onOpenChange={(is) => !is && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="dialog palette" aria-label="Search or run a command">
          <Finder onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Finder({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [text, setText] = useState("");
  const groups = [...useCommandGroups(text), ...useFound(useDeferredValue(text))].filter(({ items }) => items.length > 0);
  const pick = (item: Item): void => {
    onClose();
    // After the dialog has given the focus back.
    setTimeout(item.run);
  };
  return (
    <Autocomplete.Root
      open
      inline
      items={groups}
      mode="none"
      autoHighlight="always"
      value={text}
      onValueChange={(value, { reason }) => reason === "item-press" || setText(value)}
      itemToStringValue={(item: Item) => item.id}
    >
      <div className="palette-field">
        <Search size={15} aria-hidden="true" />
        <Autocomplete.Input placeholder="Search or run a command" aria-label="Search or run a command" />
      </div>
      <Autocomplete.List className="palette-list">
        {(group: Group) => (
          <Autocomplete.Group key={group.value} items={group.items}>
            <Autocomplete.GroupLabel className="palette-group">{group.value}</Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: Item) => (
                <Autocomplete.Item key={item.id} value={item} className="palette-item" onClick={() => pick(item)}>
                  {item.face}
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
      <Autocomplete.Empty className="palette-empty">{groups.length === 0 && "Nothing is called that."}</Autocomplete.Empty>
      <footer className="palette-foot" aria-hidden="true">
        <kbd>↑</kbd>
        <kbd>↓</kbd> move <kbd>⏎</kbd> open <kbd>Esc</kbd> close
      </footer>
    </Autocomplete.Root>
  );
}

/** What the page that is shown can do, and where one can go. */
function useCommandGroups(text: string): Group[] {
  const offered = useOffered();
  const matching = offered
    .filter((id) => id !== "palette" && COMMANDS[id].label.toLowerCase().includes(text.toLowerCase()))
    .map((id): Item & { id: CommandId } => ({
      id,
      face: (
        <>
          <span className="cut">{COMMANDS[id].label}</span> <Keys of={id} />
        </>
      ),
      run: () => runCommand(id),
    }));
  const isPage = ({ id }: { id: CommandId }): boolean => COMMANDS[id].keys.some((keys) => keys.startsWith("g "));
  return [
    { value: "Commands", items: matching.filter((item) => !isPage(item)).slice(0, text === "" ? 8 : PER_GROUP) },
    { value: "Pages", items: matching.filter(isPage) },
  ];
}

function useFound(text: string): Group[] {
  const navigate = useNavigate();
  const { data } = useCall("workspace", "search", { text, limit: PER_GROUP }, { keep: true });
  if (data === undefined) return [];
  return [
    {
      value: "Tasks",
      items: data.tasks.map(({ id, summary }) => ({
        id: `task ${id}`,
        face: (
          <>
            <b>{id}</b> <span className="dim cut">{summary}</span>
          </>
        ),
        run: () => void navigate({ to: "/tasks/$id", params: { id } }),
      })),
    },
    {
      value: "Checkpoints",
      items: data.checkpoints.map((checkpoint) => ({
        id: `checkpoint ${checkpoint.id}`,
        face: (
          <>
            <CheckpointMark of={checkpoint} status={checkpoint.status} /> <span className="dim">{checkpoint.status}</span>
          </>
        ),
        run: () => void navigate({ to: "/checkpoints/$id", params: { id: checkpoint.id } }),
      })),
    },
    {
      value: "Episodes",
      items: data.episodes.map(({ id, instruction, verdict }) => ({
        id: `episode ${id}`,
        face: (
          <>
            <Verdict of={verdict} word={null} /> <span className="mono">{episodeName(id)}</span> <span className="dim cut">{instruction}</span>
          </>
        ),
        run: () => void navigate({ to: "/episodes/$id", params: { id } }),
      })),
    },
  ];
}
