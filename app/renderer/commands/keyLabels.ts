/** Keys as they are printed on buttons. In: keys as `tinykeys` reads them. Out: one text per key cap; a sequence gives several groups. */
const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

const NAMES: Readonly<Record<string, string>> = {
  $mod: MAC ? "⌘" : "Ctrl",
  Control: "Ctrl",
  Meta: MAC ? "⌘" : "Win",
  Alt: MAC ? "⌥" : "Alt",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Enter: "⏎",
  Escape: "Esc",
  PageUp: "Pg↑",
  PageDown: "Pg↓",
};

/** `$mod+k` → [["Ctrl", "K"]]; `g h` → [["G"], ["H"]]. */
export function keyLabels(keys: string): string[][] {
  return keys.split(" ").map((press) => {
    const parts = press.split(/(?<=\w|\])\+/).filter((part) => !part.startsWith("[") || part.length === 1);
    return parts.map((part) => NAMES[part] ?? part.replace(/^(Digit|Key)/, "").replace(/^[a-z]$/, (letter) => letter.toUpperCase()));
  });
}
