/**
 * Names of keys: Playwright's (what actions hold) and those of the dialects. In: a chord. Out: its keys in another convention, or null.
 * One form is canonical: modifiers in a fixed order, letters upper case beside a modifier and lower case alone, "Shift+A" for a capital.
 */

type KeyConvention = "lower" | "upper" | "xdotool";

/** Playwright's name → names in each convention, and others that are understood. */
const KEYS: Readonly<Record<string, { lower: string; upper: string; xdotool: string; also?: readonly string[] }>> = {
  Control: { lower: "ctrl", upper: "CTRL", xdotool: "ctrl", also: ["control"] },
  Alt: { lower: "alt", upper: "ALT", xdotool: "alt", also: ["option"] },
  Shift: { lower: "shift", upper: "SHIFT", xdotool: "shift" },
  Meta: { lower: "meta", upper: "META", xdotool: "super", also: ["win", "cmd", "command", "windows"] },
  Enter: { lower: "enter", upper: "ENTER", xdotool: "Return" },
  Tab: { lower: "tab", upper: "TAB", xdotool: "Tab" },
  Escape: { lower: "esc", upper: "ESC", xdotool: "Escape" },
  Backspace: { lower: "backspace", upper: "BACKSPACE", xdotool: "BackSpace" },
  Delete: { lower: "delete", upper: "DELETE", xdotool: "Delete", also: ["del"] },
  Insert: { lower: "insert", upper: "INSERT", xdotool: "Insert" },
  Home: { lower: "home", upper: "HOME", xdotool: "Home" },
  End: { lower: "end", upper: "END", xdotool: "End" },
  PageUp: { lower: "pageup", upper: "PAGEUP", xdotool: "Page_Up", also: ["pgup", "prior"] },
  PageDown: { lower: "pagedown", upper: "PAGEDOWN", xdotool: "Page_Down", also: ["pgdn", "pgdown", "next"] },
  ArrowUp: { lower: "up", upper: "ARROWUP", xdotool: "Up" },
  ArrowDown: { lower: "down", upper: "ARROWDOWN", xdotool: "Down" },
  ArrowLeft: { lower: "left", upper: "ARROWLEFT", xdotool: "Left" },
  ArrowRight: { lower: "right", upper: "ARROWRIGHT", xdotool: "Right" },
  Space: { lower: "space", upper: "SPACE", xdotool: "space", also: ["spacebar"] },
  ContextMenu: { lower: "menu", upper: "MENU", xdotool: "Menu" },
  ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`F${i + 1}`, { lower: `f${i + 1}`, upper: `F${i + 1}`, xdotool: `F${i + 1}` }])),
};

const MODIFIERS = ["Control", "Alt", "Shift", "Meta"] as const;
type Modifier = (typeof MODIFIERS)[number];

const XDOTOOL_SIGNS: Readonly<Record<string, string>> = {
  "+": "plus",
  "-": "minus",
  "=": "equal",
  ",": "comma",
  ".": "period",
  "/": "slash",
  ";": "semicolon",
  "'": "apostrophe",
  "[": "bracketleft",
  "]": "bracketright",
  "\\": "backslash",
  "`": "grave",
};

const plain = (name: string): string => name.toLowerCase().replaceAll("_", "");

const UNDERSTOOD: ReadonlyMap<string, string> = new Map([
  ...Object.entries(KEYS).flatMap(([key, { lower, upper, xdotool, also = [] }]) =>
    [key, lower, upper, xdotool, ...also].map((name) => [plain(name), key] as const),
  ),
  ...Object.entries(XDOTOOL_SIGNS).map(([sign, name]) => [name, sign] as const),
]);

const isModifier = (key: string): key is Modifier => MODIFIERS.some((one) => one === key);

/** The keys of a chord as Playwright writes it, canonical and modifiers first; null where a key is not known. */
export function keysOf(chord: string): string[] | null {
  // The plus sign itself may be the last key: "Control++".
  const names = chord === "+" ? ["+"] : chord.endsWith("++") ? [...chord.slice(0, -2).split("+"), "+"] : chord.split("+");
  const last = names.at(-1)!;
  return canonical(/^[A-Z]$/.test(last) && names.length === 1 ? ["Shift", last] : names);
}

/** The canonical chord of key names in any convention; null where they are not one chord. Letters mean keys, whatever their case. */
export function chordOf(names: readonly string[]): string | null {
  return canonical(names)?.join("+") ?? null;
}

function canonical(names: readonly string[]): string[] | null {
  const keys = names.map(keyOf);
  const last = keys.at(-1);
  const held = keys.slice(0, -1);
  if (last === undefined || last === null || new Set(keys).size < keys.length) return null;
  if (!held.every((key): key is Modifier => key !== null && isModifier(key))) return null;
  const modifiers = MODIFIERS.filter((one) => held.includes(one));
  return [...modifiers, modifiers.length > 0 && /^[a-z]$/.test(last) ? last.toUpperCase() : last];
}

function keyOf(name: string): string | null {
  if (name === " ") return "Space";
  if (/^[A-Z]$/.test(name)) return name.toLowerCase();
  if (/^.$/su.test(name)) return /\p{C}|\p{Z}/u.test(name) ? null : name;
  return UNDERSTOOD.get(plain(name)) ?? null;
}

/** The keys of a chord in a dialect's convention; null where it has no name for one of them. */
export function keysIn(convention: KeyConvention, chord: string): string[] | null {
  const names = keysOf(chord)?.map((key) => nameIn(convention, key));
  return names === undefined || names.includes(null) ? null : (names as string[]);
}

function nameIn(convention: KeyConvention, key: string): string | null {
  const known = KEYS[key];
  if (known !== undefined) return known[convention];
  if (convention === "xdotool") return XDOTOOL_SIGNS[key] ?? (/^[a-z\d]$/i.test(key) ? key.toLowerCase() : null);
  if (!/^[a-z]$/i.test(key)) return key;
  return convention === "upper" ? key.toUpperCase() : key.toLowerCase();
}

/** Modifiers of a click in a dialect's convention. */
export function heldKeys(convention: KeyConvention, modifiers: readonly Modifier[]): string[] {
  return MODIFIERS.filter((one) => modifiers.includes(one)).map((one) => KEYS[one]![convention]);
}

/** Modifiers of a click from key names in any convention; null where one is none. */
export function modifiersOf(names: readonly string[]): Modifier[] | null {
  const keys = names.map(keyOf);
  if (new Set(keys).size < keys.length) return null;
  return keys.every((key): key is Modifier => key !== null && isModifier(key)) ? MODIFIERS.filter((one) => keys.includes(one)) : null;
}
