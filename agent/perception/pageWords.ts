/**
 * The words a person can see in a page, with boxes: the truth that readers are measured against. Runs inside the page
 * (`page.evaluate(pageWords)`), never for the agent itself. Out: words in CSS px of the viewport.
 */
import type { Box } from "../../env/task.ts";

/** A word of the page, or an area whose content does not count. */
export interface PageWord {
  /** As drawn (text-transform applied); empty for an area that does not count. */
  readonly text: string;
  readonly box: Box;
  /** Left and right edge of each character, CSS px, when asked for: twice as many numbers as the text has characters. */
  readonly edges?: readonly number[];
  /** False when only a part can be seen, or the page alone does not tell what is drawn (list markers, date fields, under a veil). */
  readonly certain: boolean;
}

/**
 * All visible words of the document it runs in. Self-contained, since it is sent to the page as source.
 * Values of fields have no text nodes: they are laid out once more in a hidden mirror of the field, which is removed again.
 * `withEdges` also tells where each character stands.
 */
export function pageWords(withEdges = false): PageWord[] {
  type Fragment = { text: string; x: number; y: number; right: number; bottom: number; certain: boolean; em: number; edges: number[] };
  const screen = { x: 0, y: 0, right: innerWidth, bottom: innerHeight };

  /** Visible part of an element's surroundings: all clipping ancestors and the viewport. */
  const clipOf = (element: Element | null) => {
    const clip = { ...screen };
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.overflow === "visible" || at === document.body || style.display === "inline") continue;
      const rect = at.getBoundingClientRect();
      clip.x = Math.max(clip.x, rect.left);
      clip.y = Math.max(clip.y, rect.top);
      clip.right = Math.min(clip.right, rect.right);
      clip.bottom = Math.min(clip.bottom, rect.bottom);
    }
    return clip;
  };

  const opacityOf = (element: Element | null) => {
    let opacity = 1;
    for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    return opacity;
  };

  /** True when nothing else lies over the box: what does may be opaque or a veil. */
  const uncovered = (owner: Element, box: { x: number; y: number; right: number; bottom: number }) => {
    if (getComputedStyle(owner).pointerEvents === "none") return true;
    const y = (box.y + box.bottom) / 2;
    return [0.15, 0.5, 0.85].every((part) => {
      const hit = document.elementFromPoint(box.x + part * (box.right - box.x), y);
      if (!hit) return false;
      if (hit === owner || hit.contains(owner) || owner.contains(hit)) return true;
      return owner instanceof HTMLLabelElement || hit.closest("label")?.contains(owner) === true;
    });
  };

  const transformed = (text: string, style: CSSStyleDeclaration) => {
    if (style.textTransform === "uppercase") return text.toUpperCase();
    if (style.textTransform === "lowercase") return text.toLowerCase();
    if (style.textTransform === "capitalize") return text.replace(/(^|\s)\S/g, (c) => c.toUpperCase());
    return text;
  };

  /** Left and right edges of the characters from `start` to `end`. */
  const edgesOf = (node: Text, range: Range, start: number, end: number) => {
    const edges: number[] = [];
    for (let at = start; withEdges && at < end; at++) {
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { left, right } = range.getBoundingClientRect();
      edges.push(left, right);
    }
    return edges;
  };

  /** Pieces of a text node without white space, one per word and line. */
  const pieces = (node: Text) => {
    const found: { start: number; end: number; rect: DOMRect; edges: number[] }[] = [];
    const range = document.createRange();
    for (const match of node.data.matchAll(/\S+/g)) {
      const end = match.index + match[0].length;
      range.setStart(node, match.index);
      range.setEnd(node, end);
      const whole = [...range.getClientRects()].filter((rect) => rect.width > 0);
      if (whole.length === 1) {
        found.push({ start: match.index, end, rect: whole[0]!, edges: edgesOf(node, range, match.index, end) });
        continue;
      }
      let last: (typeof found)[number] | undefined;
      for (let at = match.index; at < end; at++) {
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const rect = range.getBoundingClientRect();
        if (rect.width === 0) continue;
        const edges = withEdges ? [rect.left, rect.right] : [];
        if (last && Math.abs(last.rect.top - rect.top) < rect.height / 2) {
          last.end = at + 1;
          last.edges.push(...edges);
          last.rect = new DOMRect(last.rect.left, last.rect.top, rect.right - last.rect.left, last.rect.height);
        } else found.push((last = { start: at, end: at + 1, rect, edges }));
      }
    }
    return found;
  };

  const fragments: Fragment[] = [];
  const add = (text: string, rect: DOMRect, owner: Element, clip: typeof screen, em: number, edges: number[] = []) => {
    const box = {
      x: Math.max(rect.left, clip.x),
      y: Math.max(rect.top, clip.y),
      right: Math.min(rect.right, clip.right),
      bottom: Math.min(rect.bottom, clip.bottom),
    };
    if (box.right - box.x < 1 || box.bottom - box.y < 1) return;
    const cutX = rect.width - (box.right - box.x);
    const cutY = rect.height - (box.bottom - box.y);
    fragments.push({ text, ...box, em, edges, certain: text !== "" && cutX < 1 && cutY < 0.25 * rect.height && uncovered(owner, box) });
  };

  const addText = (node: Text, owner: Element, clip: typeof screen) => {
    const style = getComputedStyle(node.parentElement!);
    const ellipsis = style.textOverflow === "ellipsis" && owner.scrollWidth > owner.clientWidth;
    const em = parseFloat(style.fontSize);
    for (const piece of pieces(node)) {
      const faint = opacityOf(owner) < 0.35 || (ellipsis && piece.rect.right > clip.right - 1.2 * em);
      add(faint ? "" : transformed(node.data.slice(piece.start, piece.end), style), piece.rect, owner, clip, em, piece.edges);
    }
  };

  /** Lays `text` out in a copy of the field's box and reads the copy's words. */
  const addMirror = (field: HTMLElement, text: string, centred: boolean) => {
    if (text === "") return;
    const style = getComputedStyle(field);
    const rect = field.getBoundingClientRect();
    const mirror = document.createElement("div");
    for (const name of ["font", "letterSpacing", "textTransform", "textAlign", "direction", "padding", "textIndent"] as const)
      mirror.style[name] = style[name];
    const multiline = field instanceof HTMLTextAreaElement;
    Object.assign(mirror.style, {
      position: "fixed",
      margin: "0",
      boxSizing: "border-box",
      border: "solid transparent",
      borderWidth: style.borderWidth,
      left: `${rect.left}px`,
      top: `${rect.top}px`,
      width: `${rect.width}px`,
      height: `${rect.height}px`,
      display: multiline ? "block" : "flex",
      alignItems: "center",
      justifyContent: centred ? "center" : "flex-start",
      whiteSpace: multiline ? "pre-wrap" : "pre",
      overflowWrap: "break-word",
      opacity: "0",
      pointerEvents: "none",
    });
    const inner = document.createElement("div");
    inner.textContent = text;
    if (field instanceof HTMLSelectElement) inner.style.paddingLeft = "4px";
    if (multiline) inner.style.width = `${field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)}px`;
    mirror.append(inner);
    document.documentElement.append(mirror);
    const clip = clipOf(field);
    const node = inner.firstChild as Text;
    for (const piece of pieces(node)) {
      const { left, top, width, height } = piece.rect;
      const moved = new DOMRect(left - field.scrollLeft, top - field.scrollTop, width, height);
      const edges = piece.edges.map((x) => x - field.scrollLeft);
      add(transformed(node.data.slice(piece.start, piece.end), style), moved, field, clip, parseFloat(style.fontSize), edges);
    }
    mirror.remove();
  };

  const unknown = (element: Element) => add("", element.getBoundingClientRect(), element, clipOf(element), 16);

  const addField = (field: Element) => {
    if (field instanceof HTMLTextAreaElement) {
      addMirror(field, field.value || field.placeholder, false);
    } else if (field instanceof HTMLSelectElement) {
      if (field.size > 1 || field.multiple) unknown(field);
      else if (field.selectedOptions[0]) addMirror(field, field.selectedOptions[0].label, false);
    } else if (field instanceof HTMLInputElement) {
      if (["submit", "button", "reset"].includes(field.type)) addMirror(field, field.value, true);
      else if (["text", "search", "email", "url", "tel", "number"].includes(field.type)) {
        addMirror(field, field.value || field.placeholder, false);
      } else if (!["hidden", "checkbox", "radio", "range", "color", "image"].includes(field.type)) unknown(field);
    }
  };

  const visit = (element: Element) => {
    const style = getComputedStyle(element);
    if (style.display === "none" || ["SCRIPT", "STYLE", "NOSCRIPT", "TITLE", "TEMPLATE"].includes(element.tagName)) return;
    const seen = style.visibility === "visible";
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)) {
      if (seen) addField(element);
      return;
    }
    if (seen && style.display === "list-item" && style.listStyleType !== "none") {
      const rect = element.getBoundingClientRect();
      add("", new DOMRect(rect.left - 30, rect.top, 30, rect.height), element.parentElement!, screen, 16);
    }
    if (seen && /^(IMG|CANVAS|VIDEO|IFRAME)$/.test(element.tagName)) unknown(element);
    const clip = clipOf(element);
    for (const node of (element.shadowRoot ?? element).childNodes) {
      if (node instanceof Element) visit(node);
      else if (node instanceof Text && seen) addText(node, element, clip);
    }
  };
  visit(document.body);

  /** A word is what looks like one: neighbours that touch are one word whatever tags lie between. */
  const words: Fragment[] = [];
  for (const next of fragments) {
    const last = words.at(-1);
    const overlap = last ? Math.min(last.bottom, next.bottom) - Math.max(last.y, next.y) : 0;
    const gap = last ? next.x - last.right : Infinity;
    if (last && last.text && next.text && overlap > 0.6 * (next.bottom - next.y) && gap > -1 && gap < 0.13 * next.em) {
      last.text += next.text;
      last.edges.push(...next.edges);
      last.right = next.right;
      last.y = Math.min(last.y, next.y);
      last.bottom = Math.max(last.bottom, next.bottom);
      last.certain &&= next.certain;
    } else words.push(next);
  }
  return words.map(({ text, x, y, right, bottom, certain, edges }) => ({
    text,
    box: { x, y, width: right - x, height: bottom - y },
    certain,
    ...(withEdges ? { edges } : {}),
  }));
}
