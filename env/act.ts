/** Carries out one action with raw mouse and keyboard. In: page and action. Out: nothing; the page may have changed. */
import type { Page } from "playwright";
import type { Action } from "./action.ts";

/** Performs `action`. `done`, `fail`, `ask` and `wait` touch nothing. Key names that Chromium does not know are ignored. */
export async function act(page: Page, action: Action): Promise<void> {
  const { mouse, keyboard } = page;
  switch (action.kind) {
    case "click":
      for (const key of action.modifiers) await keyboard.down(key);
      await mouse.click(action.at.x, action.at.y, { button: action.button, clickCount: action.count });
      for (const key of action.modifiers) await keyboard.up(key);
      return;
    case "hover":
      return mouse.move(action.at.x, action.at.y);
    case "drag":
      return drag(page, action.path);
    case "scroll":
      await mouse.move(action.at.x, action.at.y);
      return mouse.wheel(action.dx, action.dy);
    case "type":
      return keyboard.type(action.text);
    case "key":
      for (let i = 0; i < action.count; i++) await press(page, action.chord);
      return;
    case "back":
      await page.goBack({ waitUntil: "load" });
      return;
    case "wait":
    case "done":
    case "fail":
    case "ask":
      return;
  }
}

async function drag(page: Page, path: readonly { x: number; y: number }[]): Promise<void> {
  const [start, ...rest] = path;
  if (start === undefined) return;
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(point.x, point.y, { steps: 4 });
  await page.mouse.up();
}

async function press(page: Page, chord: string): Promise<void> {
  try {
    await page.keyboard.press(chord);
  } catch (error) {
    if (!/Unknown key/.test(String(error))) throw error;
  }
}
