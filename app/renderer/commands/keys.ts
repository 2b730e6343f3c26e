/**
 * Binds keys to whoever offers a command at the moment. In: the table, keys changed by the person, handlers of mounted components (the newest
 * wins). Out: calls of handlers. Single letters are quiet while something is typed, inside dialogs and menus, and when they are switched off.
 */
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { tinykeys } from "tinykeys";
import { COMMANDS, type CommandId } from "./table.ts";

/** `which`: place of the pressed key among the command's keys. */
type Handler = (which: number) => void;

const handlers = new Map<CommandId, Handler[]>();
const listeners = new Set<() => void>();
let changed: Readonly<Record<string, string>> = {};
let letters = true;
let unbind = (): void => {};
let offered: readonly CommandId[] = [];

/** Offers a command while mounted; null offers nothing. */
export function useCommand(id: CommandId, handler: Handler | null): void {
  const run = useEffectEvent((which: number) => handler?.(which));
  const there = handler !== null;
  useEffect(() => {
    if (!there) return;
    const own: Handler = (which) => run(which);
    handlers.set(id, [...(handlers.get(id) ?? []), own]);
    announce();
    return () => {
      const rest = handlers.get(id)!.filter((one) => one !== own);
      if (rest.length === 0) handlers.delete(id);
      else handlers.set(id, rest);
      announce();
    };
  }, [id, there]);
}

/** Commands that something on the page offers now. */
export function useOffered(): readonly CommandId[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => offered,
  );
}

function announce(): void {
  offered = [...handlers.keys()];
  for (const listener of listeners) listener();
}

/** Runs a command by name, as palette and menu bar do. False: nothing on the page offers it. */
export function runCommand(id: CommandId): boolean {
  const handler = handlers.get(id)?.at(-1);
  handler?.(0);
  return handler !== undefined;
}

/** Keys of a command as they are now. */
export function keysOf(id: CommandId): readonly string[] {
  const own = changed[id];
  return own === undefined ? COMMANDS[id].keys : [own];
}

/** Binds all keys, with a person's changes. `letterKeys`: whether single letters and digits do anything. */
export function bindKeys(shortcuts: Readonly<Record<string, string>>, letterKeys: boolean): void {
  [changed, letters] = [shortcuts, letterKeys];
  unbind();
  const map: Record<string, (event: KeyboardEvent) => void> = {};
  // Sequences first: in "g e" the second key must not run what "e" does alone.
  const all = (Object.keys(COMMANDS) as CommandId[]).flatMap((id) => keysOf(id).map((key, which) => ({ id, key, which })));
  for (const { key } of all.toSorted((a, b) => Number(b.key.includes(" ")) - Number(a.key.includes(" ")))) {
    map[key] ??= (event) =>
      press(
        event,
        all.filter((other) => other.key === key),
      );
  }
  unbind = tinykeys(window, map, { ignore: ignored });
  announce();
}

function press(event: KeyboardEvent, candidates: readonly { readonly id: CommandId; readonly which: number }[]): void {
  const active = candidates.findLast(({ id }) => handlers.has(id));
  if (active === undefined) return;
  event.preventDefault();
  handlers.get(active.id)!.at(-1)!(active.which);
}

const TYPING = "input:not([type=checkbox],[type=radio],[type=range]), textarea, select, [contenteditable]";
const LAYERS = '[role="dialog"], [role="menu"], [role="listbox"][data-popup]';
const PRESSABLE = "button, a[href], summary, [role=slider], input[type=checkbox], input[type=radio], input[type=range]";

function ignored(event: KeyboardEvent): boolean {
  if (event.isComposing || event.defaultPrevented) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return event.key.toLowerCase() === "a" && within(event, TYPING);
  if (within(event, TYPING) || within(event, LAYERS)) return true;
  // A focused control keeps the keys that work it.
  if ((event.key === "Enter" || event.key === " ") && within(event, PRESSABLE)) return true;
  return !letters && event.key.length === 1;
}

function within({ target }: KeyboardEvent, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}
