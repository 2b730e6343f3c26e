/** An episode's actions as a Playwright test: the same mouse and keys at the same places. In: an id. Out: JavaScript that runs by itself. */
import { describeAction, type Action } from "../../../env/action.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";

export function playwrightScript(workspace: Workspace, id: string): string {
  const { instruction, task, seed, viewport, startUrl, deviceScaleFactor, verdict } = workspace.episodes.get(id);
  const accounts = workspace.steps.accounts(id);
  const lines = workspace.steps.of(id).flatMap(({ action }, i) => {
    const target = accounts[i]!.target ?? "";
    return [
      `  // ${i + 1}: ${oneLine(describeAction(action))}${target === "" ? "" : `, "${oneLine(target)}"`}`,
      ...statements(action).map((line) => `  ${line}`),
    ];
  });
  const start =
    startUrl === null
      ? [`  // The page of the task ${task}, seed ${seed}: open it here, then the steps below fit.`, `  await page.goto(process.env.START_URL);`]
      : [`  await page.goto(${JSON.stringify(startUrl)});`];
  return [
    `// ${oneLine(instruction)}`,
    `// Recorded episode ${id}, verdict ${verdict ?? "none"}. Points are CSS pixels of a ${viewport.width} × ${viewport.height} viewport.`,
    `import { test } from "@playwright/test";`,
    ``,
    `test.use({ viewport: { width: ${viewport.width}, height: ${viewport.height} }, deviceScaleFactor: ${deviceScaleFactor} });`,
    ``,
    `test(${JSON.stringify(instruction)}, async ({ page }) => {`,
    ...start,
    ...lines,
    `});`,
    ``,
  ].join("\n");
}

/** A comment must not end early. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]+/g, " ");
}

function statements(action: Action): string[] {
  const quoted = JSON.stringify;
  switch (action.kind) {
    case "click": {
      const options = [
        ...(action.button === "left" ? [] : [`button: ${quoted(action.button)}`]),
        ...(action.count === 1 ? [] : [`clickCount: ${action.count}`]),
      ];
      const click = `await page.mouse.click(${action.at.x}, ${action.at.y}${options.length === 0 ? "" : `, { ${options.join(", ")} }`});`;
      return [
        ...action.modifiers.map((key) => `await page.keyboard.down(${quoted(key)});`),
        click,
        ...action.modifiers.map((key) => `await page.keyboard.up(${quoted(key)});`),
      ];
    }
    case "hover":
      return [`await page.mouse.move(${action.at.x}, ${action.at.y});`];
    case "drag": {
      const [start, ...rest] = action.path;
      return [
        `await page.mouse.move(${start!.x}, ${start!.y});`,
        `await page.mouse.down();`,
        ...rest.map(({ x, y }) => `await page.mouse.move(${x}, ${y}, { steps: 4 });`),
        `await page.mouse.up();`,
      ];
    }
    case "scroll":
      return [`await page.mouse.move(${action.at.x}, ${action.at.y});`, `await page.mouse.wheel(${action.dx}, ${action.dy});`];
    case "type":
      return [`await page.keyboard.type(${quoted(action.text)});`];
    case "key":
      return action.count === 1
        ? [`await page.keyboard.press(${quoted(action.chord)});`]
        : [`for (let i = 0; i < ${action.count}; i++) await page.keyboard.press(${quoted(action.chord)});`];
    case "wait":
      return [`await page.waitForTimeout(2000);`];
    case "back":
      return [`await page.goBack();`];
    case "done":
    case "fail":
    case "ask":
      return [];
  }
}
