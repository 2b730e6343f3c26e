/**
 * Chips and text in one field. In: the URL's parameters. Out: changed parameters: text while typing (replacing), chips and Enter (a step in the
 * history). A field's name offers its values with counts; Backspace at the beginning takes the last chip back into the text.
 */
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Search as Glass, X } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useCommand } from "../../commands/keys.ts";
import { useCall } from "../../core/useCall.ts";
import { count } from "../../../report/words.ts";
import { Keys } from "../../parts/Keys.tsx";
import type { ChangeSearch, Search } from "../../urlSearch.ts";
import { Chip } from "./Chip.tsx";
import { COUNTED, FIELDS, filterNames, type ListQuery } from "./query.ts";
import { lastToken, suggest, withValue, type Suggestion } from "./suggestions.ts";

const TYPING_MS = 100;

interface Props {
  readonly search: Search;
  readonly query: ListQuery;
  readonly change: ChangeSearch;
}

export function QueryBar({ search, query, change }: Props): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query.filter.q ?? "");
  const [open, setOpen] = useState(false);
  const typing = useRef<ReturnType<typeof setTimeout>>(undefined);
  const token = lastToken(text);
  const suggestions = useSuggestions(token, query, open);
  const offering = open && suggestions.length > 0;
  useCommand("episodes.query", () => field.current?.focus());
  useEffect(() => {
    // Back, forward and saved views change the text from outside; one's own typing is ahead of the URL.
    if (document.activeElement !== field.current) setText(query.filter.q ?? "");
  }, [query.filter.q]);
  const type = (next: string): void => {
    setText(next);
    clearTimeout(typing.current);
    // Half a field's name is no search for that word.
    if (lastToken(next).field === null) typing.current = setTimeout(() => change({ q: next.trim() === "" ? null : next }, "replace"), TYPING_MS);
  };
  const pick = (suggestion: Suggestion): void => {
    clearTimeout(typing.current);
    const before = token.before;
    if (suggestion.kind === "field") {
      setText(`${before}${suggestion.not ? "-" : ""}${suggestion.field}:`);
      field.current?.focus();
      return;
    }
    setText(before);
    change({ ...withValue(search, suggestion), q: before.trim() === "" ? null : before });
  };
  const onKeyDown = (event: KeyboardEvent & { preventBaseUIHandler: () => void }): void => {
    if (event.key === "Enter" && token.field === null) {
      clearTimeout(typing.current);
      change({ q: text.trim() === "" ? null : text });
      setOpen(false);
    }
    if (event.key === "Escape" && !offering) {
      // The field's own Escape would empty it.
      event.preventBaseUIHandler();
      field.current?.blur();
    }
    const last = filterNames(search).findLast((name) => name !== "q");
    if (event.key === "Backspace" && last !== undefined && field.current?.selectionEnd === 0) {
      event.preventDefault();
      setText(`${last.startsWith("not.") ? "-" : ""}${last.replace("not.", "")}:${search[last]}${text}`);
      change({ [last]: null });
    }
  };
  return (
    <div className="query-bar" onClick={(event) => event.target === event.currentTarget && field.current?.focus()}>
      <Glass size={14} aria-hidden="true" />
      <Chips search={search} query={query} change={change} />
      <Autocomplete.Root
        items={suggestions}
        mode="none"
        open={offering}
        onOpenChange={setOpen}
        // Values come a moment after the field was typed: Enter takes the first of them, too.
        autoHighlight={token.field === null ? false : "always"}
        value={text}
        onValueChange={(next, { reason }) => reason !== "item-press" && type(next)}
        itemToStringValue={(item: Suggestion) => (item.kind === "field" ? item.field : item.value)}
      >
        <Autocomplete.Input
          ref={field}
          aria-label="Query"
          placeholder="words in instruction, thought, typed and read text; or a field, like verdict:"
          onKeyDown={onKeyDown}
          onFocus={() => setOpen(true)}
        />
        <Autocomplete.Portal>
          <Autocomplete.Positioner className="floating" sideOffset={6} align="start">
            <Autocomplete.Popup className="popup" data-popup="">
              <Autocomplete.List>
                {(item: Suggestion) => (
                  <Autocomplete.Item
                    key={`${item.field} ${item.kind === "value" ? item.value : ""}`}
                    value={item}
                    className="menu-item"
                    onClick={() => pick(item)}
                  >
                    <SuggestionFace of={item} />
                  </Autocomplete.Item>
                )}
              </Autocomplete.List>
            </Autocomplete.Popup>
          </Autocomplete.Positioner>
        </Autocomplete.Portal>
      </Autocomplete.Root>
      <Keys of="episodes.query" />
    </div>
  );
}

function SuggestionFace({ of }: { readonly of: Suggestion }): ReactNode {
  if (of.kind === "field") {
    return (
      <>
        <b>
          {of.not && "not "}
          {of.field}
        </b>{" "}
        <span className="faint cut">{FIELDS[of.field]}</span>
      </>
    );
  }
  return (
    <>
      <span className="faint">
        {of.field} {of.not ? "is not" : "is"}
      </span>
      <span className="cut">{of.value}</span>
      {of.count !== null && <span className="num dim">{count(of.count)}</span>}
    </>
  );
}

/** Fields at once; values of a named field as the core counts them among what matches the rest. */
function useSuggestions(token: ReturnType<typeof lastToken>, { filter }: ListQuery, open: boolean): Suggestion[] {
  const counted = COUNTED.find((name) => name === token.field);
  const { [counted ?? "id"]: _, q: __, ...rest } = filter;
  const { data = [] } = useCall(
    "episodes",
    "values",
    { field: counted ?? "task", filter: rest, starts: token.typed, limit: 30 },
    // Never another field's values.
    { enabled: open && counted !== undefined, keep: (before) => before?.field === counted },
  );
  return suggest(token, counted === undefined ? [] : data);
}

function Chips({ search, query, change }: Props): ReactNode {
  const broken = new Map(query.broken.map((one) => [one.name, one.why]));
  return filterNames(search)
    .filter((name) => name !== "q")
    .map((name) => {
      if (query.unknown.includes(name)) {
        return (
          <span key={name} className="chip unknown">
            <span>unknown: {name}</span>
            <button type="button" aria-label={`Remove ${name}`} onClick={() => change({ [name]: null })}>
              <X size={11} aria-hidden="true" />
            </button>
          </span>
        );
      }
      return <Chip key={name} name={name} text={search[name]!} why={broken.get(name) ?? null} change={change} />;
    });
}
