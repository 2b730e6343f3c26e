/** Saved views: named queries with columns and order. One that was changed since has a dot, and can be saved again or reset. */
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { invoke, useCall } from "../../core/useCall.ts";
import { Button } from "../../parts/Button.tsx";
import { Popup } from "../../parts/Popup.tsx";
import { attempt } from "../../shell/attempt.ts";
import type { Search } from "../../urlSearch.ts";
import { viewSearch } from "./query.ts";

export function Views({ search }: { readonly search: Search }): ReactNode {
  const { data: views = [] } = useCall("views", "list", undefined);
  const navigate = useNavigate();
  const show = (next: Record<string, string>): void => void navigate({ to: "/episodes", search: next });
  const own = viewSearch(search);
  const current = views.find(({ id }) => id === search["view"]);
  const changed = current !== undefined && !sameSearch(current.search, own);
  return (
    <div className="views" role="group" aria-label="Views">
      <span className="faint">Views</span>
      <button type="button" className="view" aria-pressed={Object.keys(search).length === 0} onClick={() => show({})}>
        All
      </button>
      {views.map(({ id, name, search: saved }) => (
        <button key={id} type="button" className="view" aria-pressed={id === current?.id} onClick={() => show({ ...saved, view: id })}>
          {name}
          {id === current?.id && changed && <span className="changed" title="Changed since it was saved" />}
        </button>
      ))}
      {changed && (
        <>
          <Button
            small
            kind="quiet"
            onClick={() =>
              void attempt(
                () => invoke("views", "save", { id: current.id, name: current.name, search: own }),
                () => `View “${current.name}” saved.`,
              )
            }
          >
            Save
          </Button>
          <Button small kind="quiet" onClick={() => show({ ...current.search, view: current.id })}>
            Reset
          </Button>
        </>
      )}
      <Popup button={current === undefined ? "Save view" : "Save as"} title="Save this view" kind="quiet" small command="episodes.saveView">
        {(close) => <SaveForm own={own} onSaved={(id) => (close(), show({ ...own, view: id }))} />}
      </Popup>
      {current !== undefined && (
        <Button
          small
          kind="quiet"
          onClick={() => {
            void attempt(
              () => invoke("views", "remove", { id: current.id }),
              () => `View “${current.name}” removed.`,
            );
            show(own);
          }}
        >
          Remove
        </Button>
      )}
    </div>
  );
}

function SaveForm({ own, onSaved }: { readonly own: Record<string, string>; readonly onSaved: (id: string) => void }): ReactNode {
  const [name, setName] = useState("");
  const save = async (): Promise<void> => {
    const saved = await attempt(() => invoke("views", "save", { name: name.trim(), search: own }));
    if (saved !== null) onSaved(saved.id);
  };
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") void save();
      }}
    >
      <input
        className="text"
        aria-label="Name of the view"
        placeholder="Name of the view"
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button kind="primary" type="submit" off={name.trim() === "" ? "A view needs a name." : null}>
        Save
      </Button>
    </form>
  );
}

function sameSearch(a: Search, b: Search): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => a[name] === b[name]);
}
