/**
 * The world as an agent meets it: `reset(task, seed)` and `step(action)`.
 * In: a task, a seed, actions. Out: observations (screenshots only), JSON states for the verifier, and a verdict at the end.
 */
import type { Browser, Page } from "playwright";
import { act } from "./act.ts";
import { endsEpisode, type Action, type Point } from "./action.ts";
import type { Incident, ResetResult, StepResult } from "./episode.ts";
import { WheelError } from "./errors.ts";
import { judge, standing } from "./judge.ts";
import { canonicalJson, type Json } from "./json.ts";
import { maskPixels, Secrets, secretFieldsScript, type SecretFields } from "./mask.ts";
import type { NetworkPolicy } from "./network.ts";
import { deviceScaleFactorFor, type Observation } from "./observation.ts";
import { PageSession } from "./pageSession.ts";
import { encodePng, screenHash } from "./pixels.ts";
import { ScreenDecoder, type Screen } from "./screenDecoder.ts";
import { SessionLost } from "./sessionLost.ts";
import { splitOf } from "./split.ts";
import type { Box, Instance, OracleContext, PageFacts, ProbeState, Task } from "./task.ts";
import type { Verdict } from "./verdict.ts";

/** Virtual milliseconds that one action takes. */
const STEP_MS = 500;
/** Virtual milliseconds that `wait` takes. */
const WAIT_MS = 2000;
/** A mouse that only moves waits for a frame: it comes after so many milliseconds. */
const MOUSE_MS = 2;
/** A context is replaced after this many resets and steps, before Playwright's bookkeeping grows (clock calls leave init scripts). */
const RECYCLE_AFTER = 1000;

interface Running {
  readonly task: Task;
  readonly instance: Instance;
  readonly maxSteps: number;
  /** As the page has them, secrets included: verifier and oracle see them, nobody keeps them. */
  readonly states: Json[];
  readonly actions: Action[];
  readonly incidents: Incident[];
  readonly secrets: Secrets;
  observation: Observation;
  verdict: Verdict | null;
}

export interface EnvironmentOptions {
  readonly network?: NetworkPolicy;
  /** False: no screenshots are taken (task checks that need no pixels run faster). Default true. */
  readonly screenshots?: boolean;
  /** CSS selectors of fields that are masked besides password and payment fields. */
  readonly maskSelectors?: readonly string[];
}

/** Carries an action out on the page. */
type Carrier = (page: Page) => Promise<void>;

/** Gives a running browser whose physical scale is the one asked for. */
export type OpenBrowser = (deviceScaleFactor: 1 | 2) => Promise<Browser>;

export class Environment {
  readonly #browser: OpenBrowser;
  readonly #network: NetworkPolicy;
  readonly #screenshots: boolean;
  readonly #secretFields: string;
  readonly #decoder = new ScreenDecoder();
  #session: PageSession | null = null;
  /** No pictures are taken for the moment. */
  #blind: boolean;
  #running: Running | null = null;

  /** `browser` is asked each time a context is opened, so a crashed browser can be replaced behind the environment's back. */
  constructor(browser: OpenBrowser, options: EnvironmentOptions = {}) {
    this.#browser = browser;
    this.#network = options.network ?? { kind: "sealed" };
    this.#screenshots = options.screenshots ?? true;
    this.#blind = !this.#screenshots;
    this.#secretFields = secretFieldsScript(options.maskSelectors);
  }

  /**
   * Starts an episode with the task's own step budget or another. A page that cannot be made ready twice in a row throws; once is repaired
   * silently.
   */
  async reset(task: Task, seed: number, maxSteps = task.maxSteps): Promise<ResetResult> {
    splitOf(seed);
    try {
      return await this.#start(task, seed, maxSteps);
    } catch (error) {
      await this.#drop();
      if (!(error instanceof SessionLost) && !/Target|closed|Timeout/i.test(String(error))) throw error;
    }
    try {
      return await this.#start(task, seed, maxSteps);
    } catch (error) {
      await this.#drop();
      throw error;
    }
  }

  /**
   * Carries out one action and, when that ends the episode, judges it. `carryOut` replaces how: for a person's own hands, whose
   * mouse and keys are already through.
   */
  async step(action: Action, carryOut?: Carrier): Promise<StepResult> {
    const running = this.#current();
    if (running.verdict !== null) throw new WheelError("internal", "step() after the end of an episode.", "Call reset() first.");
    try {
      return await this.#advance(running, this.#clip(running, action), carryOut);
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      await this.#drop();
      return this.#finishLost(running, action, error.incident);
    }
  }

  /**
   * Starts an episode and carries out what is known not to end it, without pictures in between. Returns what is seen then, or null when the page
   * was lost on the way.
   */
  async retrace(task: Task, seed: number, actions: readonly Action[], maxSteps = task.maxSteps): Promise<Observation | null> {
    this.#blind = true;
    try {
      await this.reset(task, seed, maxSteps);
      for (const action of actions) if ((await this.step(action)).verdict !== null) return null;
      this.#blind = !this.#screenshots;
      return (this.#current().observation = await this.look());
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      await this.#drop();
      return null;
    } finally {
      this.#blind = !this.#screenshots;
    }
  }

  /** Privileged context for oracles and near misses. */
  oracleContext(): OracleContext {
    const { instance, states, actions } = this.#current();
    return {
      instance,
      state: states.at(-1) ?? null,
      actions,
      box: (selector) => this.#visibleBox(selector),
      // Playwright unwraps handles inside arguments; here they are plain data.
      evaluate: <T, A>(script: (argument: A) => T, argument: A) =>
        this.#session!.run((page) => page.evaluate(script as (given: unknown) => T, argument)),
    };
  }

  /** An action that is thought of now, as it may be stored; where its page is lost, as if it were typed into a secret field. */
  async asRecorded(action: Action): Promise<Action> {
    const running = this.#current();
    try {
      return await this.#asRecorded(this.#open(), running, action);
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
      return running.secrets.action(action, true);
    }
  }

  /** The screen as it is now, recorded by nobody. */
  async look(): Promise<Observation> {
    const { task, secrets } = this.#current();
    const [observation] = await this.#look(this.#open(), task, secrets);
    return observation;
  }

  /** Hands the page to a person's mouse and keyboard for a moment; nothing is recorded and no time passes. */
  async hands(use: Carrier): Promise<void> {
    await this.#open().runLong(use, MOUSE_MS);
  }

  /** Live pictures of this episode's page; see {@link PageSession.screencast}. */
  screencast(onFrame: (jpeg: Uint8Array) => void, framesPerSecond: number): Promise<() => Promise<void>> {
    return this.#open().screencast(onFrame, framesPerSecond);
  }

  /** Judges the episode as it stands, without a further action: somebody has stopped it. */
  conclude(): Verdict {
    const running = this.#current();
    return (running.verdict ??= judged(running));
  }

  /** Privileged: evaluates `script` in the page, for measurements against what the page knows; never given to an agent. */
  async readPage<T>(script: () => T): Promise<T> {
    return this.#open().run((page) => page.evaluate(script));
  }

  async close(): Promise<void> {
    await this.#drop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #start(task: Task, seed: number, maxSteps: number): Promise<ResetResult> {
    task.requirements?.();
    const drawn = task.instance(seed);
    const session = await this.#sessionFor(task);
    const how = await session.prepare(task);
    const facts = (await session.begin(task.setup(drawn), STEP_MS)) as PageFacts | null | undefined;
    const instance = { ...drawn, ...facts };
    const secrets = new Secrets(`${instance.instruction} ${canonicalJson(instance.params)}`);
    const [observation, probe] = await this.#look(session, task, secrets);
    const incidents = secrets.json([...session.takeIncidents()]);
    this.#running = { task, instance, maxSteps, states: [probe.state], actions: [], incidents, secrets, observation, verdict: null };
    return { observation, state: secrets.json(probe.state), instance, how };
  }

  async #advance(running: Running, action: Action, carryOut?: Carrier): Promise<StepResult> {
    const session = this.#session!;
    session.uses++;
    let probe: ProbeState = { ended: false, state: running.states.at(-1)! };
    let recorded = action;
    if (!endsEpisode(action) && action.kind !== "ask") {
      recorded = await this.#asRecorded(session, running, action);
      await carry(session, action, carryOut);
      // The browser scrolls without the page's scripts, which learn of it with the next frame: before time passes for them.
      if (action.kind === "scroll" || action.kind === "drag") await session.draw();
      await session.advance(action.kind === "wait" ? WAIT_MS : STEP_MS);
      [running.observation, probe] = await this.#look(session, running.task, running.secrets);
    }
    running.actions.push(recorded);
    running.states.push(probe.state);
    const incidents = running.secrets.json(session.takeIncidents());
    running.incidents.push(...incidents);
    const { terminated, truncated, verdict } = standing(running, probe.ended);
    running.verdict = running.secrets.json(verdict);
    const state = running.secrets.json(probe.state);
    return { action: recorded, observation: running.observation, state, terminated, truncated, incidents, verdict: running.verdict };
  }

  #finishLost(running: Running, given: Action, lostBy: Incident): StepResult {
    const { observation, secrets, states, actions, incidents } = running;
    // Nobody can be asked any more where it was typed.
    const [action, incident] = [secrets.action(given, true), secrets.json(lostBy)];
    actions.push(action);
    states.push(states.at(-1)!);
    incidents.push(incident);
    const verdict = (running.verdict = judged(running));
    return { action, observation, state: secrets.json(states.at(-1)!), terminated: true, truncated: false, incidents: [incident], verdict };
  }

  /** Screen and state of one moment. Time stands still, but only a frame makes the page's scripts see what is on it: it begins first. */
  async #look(session: PageSession, task: Task, secrets: Secrets): Promise<[Observation, ProbeState]> {
    const seen = Promise.withResolvers<SecretFields>();
    const probing = seen.promise.then(() => session.run((page) => task.probe(page)));
    const [observation, probe] = await Promise.all([this.#observe(session, seen, secrets), probing]);
    const safe = { url: secrets.text(observation.url), tabs: secrets.json(observation.tabs) };
    return [{ ...observation, ...safe, instructionBox: probe.instructionBox ?? null }, probe];
  }

  /** Settles `seen` as soon as the page's scripts have seen what is on it, with the secrets among that. */
  async #observe(session: PageSession, seen: PromiseWithResolvers<SecretFields>, known: Secrets): Promise<Omit<Observation, "instructionBox">> {
    const { viewport, deviceScaleFactor } = session;
    if (this.#blind) {
      await session.draw();
      seen.resolve(NO_SECRETS);
      return { ...BLANK, viewport, deviceScaleFactor, url: session.page.url(), tabs: session.tabs() };
    }
    const png = await session.screenshot(this.#secretFields, (fields) => seen.resolve(fields as SecretFields));
    const [secrets, screen] = await Promise.all([seen.promise, this.#decoder.decode(png)]);
    for (const value of secrets.values) known.add(value);
    const { pixels, ...shown } = secrets.boxes.length === 0 ? screen : await masked(screen, secrets.boxes, deviceScaleFactor);
    return { ...shown, pixels: async () => pixels, viewport, deviceScaleFactor, url: session.page.url(), tabs: session.tabs() };
  }

  async #asRecorded(session: PageSession, { secrets }: Running, action: Action): Promise<Action> {
    if (action.kind !== "type" && action.kind !== "key") return action;
    const { focused } = await session.run((page) => page.evaluate<SecretFields>(this.#secretFields));
    return secrets.action(action, focused);
  }

  async #visibleBox(selector: string): Promise<Box | null> {
    const { viewport } = this.#session!;
    const box = await this.#session!.run((page) => page.evaluate<Box | null, string>(visibleBoxInPage, selector));
    if (box === null) return null;
    const [left, top] = [Math.max(0, box.x), Math.max(0, box.y)];
    const right = Math.min(viewport.width, box.x + box.width);
    const bottom = Math.min(viewport.height, box.y + box.height);
    return right - left < 3 || bottom - top < 3 ? null : { x: left, y: top, width: right - left, height: bottom - top };
  }

  #clip(running: Running, action: Action): Action {
    const { width, height } = running.task.viewport;
    const clip = (p: Point): Point => ({ x: Math.min(Math.max(p.x, 0), width - 1), y: Math.min(Math.max(p.y, 0), height - 1) });
    if ("at" in action) return { ...action, at: clip(action.at) };
    return action.kind === "drag" ? { ...action, path: action.path.map(clip) } : action;
  }

  #open(): PageSession {
    if (this.#session === null) throw new WheelError("internal", "No page is open.", "Call reset() first.");
    return this.#session;
  }

  #current(): Running {
    if (this.#running === null) throw new WheelError("internal", "No episode is running.", "Call reset() first.");
    return this.#running;
  }

  async #sessionFor(task: Task): Promise<PageSession> {
    const open = this.#session;
    const { width, height } = task.viewport;
    const fits = open !== null && open.deviceScaleFactor === deviceScaleFactorFor(task.viewport);
    if (fits && open.viewport.width === width && open.viewport.height === height && open.uses < RECYCLE_AFTER) return open;
    await this.#drop();
    this.#session = await PageSession.open(await this.#browser(deviceScaleFactorFor(task.viewport)), task.viewport, this.#network);
    return this.#session;
  }

  async #drop(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }
}

/** Does what the action says. Only what can move the mouse is given frames: a page that hangs after a click would keep them from others. */
async function carry(session: PageSession, action: Action, hands?: Carrier): Promise<void> {
  if (action.kind === "back") return session.back();
  if (hands !== undefined) return session.runLong(hands, MOUSE_MS);
  const moves = action.kind === "hover" || action.kind === "drag" || action.kind === "scroll";
  await (moves ? session.runLong((page) => act(page, action), MOUSE_MS) : session.run((page) => act(page, action)));
}

/** The verdict as it may be stored. */
function judged(running: Running): Verdict {
  return running.secrets.json(judge(running.task, running.instance, { ...running, truncated: false }));
}

/** The screen without what its secret fields show. */
async function masked({ pixels: open }: Screen, boxes: readonly Box[], deviceScaleFactor: number): Promise<Screen> {
  const pixels = { ...open, data: open.data.slice() };
  maskPixels(pixels, boxes, deviceScaleFactor);
  return { png: await encodePng(pixels), pixels, screenHash: screenHash(pixels) };
}

const NO_SECRETS: SecretFields = { boxes: [], values: [], focused: false };
const BLANK = { png: new Uint8Array(), pixels: async () => ({ data: new Uint8Array(), width: 0, height: 0 }), screenHash: "" };

/** In-page: the part of the first match that no scrolling ancestor clips. */
function visibleBoxInPage(selector: string): Box | null {
  const element = document.querySelector(selector);
  if (element === null) return null;
  const own = element.getBoundingClientRect();
  let [left, top, right, bottom] = [own.left, own.top, own.right, own.bottom];
  for (let parent = element.parentElement; parent !== null; parent = parent.parentElement) {
    if (getComputedStyle(parent).overflow === "visible") continue;
    const clip = parent.getBoundingClientRect();
    [left, top] = [Math.max(left, clip.left), Math.max(top, clip.top)];
    [right, bottom] = [Math.min(right, clip.right), Math.min(bottom, clip.bottom)];
  }
  return right - left < 1 || bottom - top < 1 ? null : { x: left, y: top, width: right - left, height: bottom - top };
}
