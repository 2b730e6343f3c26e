/** settings-form: find settings in the sections of an app, change them and save. The page ends the episode. */
import type { Action } from "../../env/action.ts";
import type { Rng } from "../../env/random.ts";
import type { OracleContext } from "../../env/task.ts";
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, fail, firstOf, stateOf, typeInto } from "../oracle.ts";
import { capitalised, listed } from "../phrases.ts";
import { between, pickApart, type Words } from "../words.ts";
import { appPage } from "./appPage.ts";
import { chooseOption, clickText, closeList } from "./chooseOption.ts";

type Kind = "switch" | "radio" | "list" | "text";
/** All values are strings; a switch is "on" or "off". `section` is an index, `options` is empty for texts. */
type Setting = { readonly section: number; readonly kind: Kind; readonly label: string; readonly options: readonly string[]; readonly value: string };
/** `setting` is the index of what is to be changed, -1 when its section has no such setting. */
type Change = { readonly setting: number; readonly section: number; readonly kind: Kind; readonly label: string; readonly value: string };
type Params = {
  readonly name: string;
  readonly user: string;
  readonly sections: readonly string[];
  readonly settings: readonly Setting[];
  readonly changes: readonly Change[];
  readonly send: string;
};

const BUCKETS = ["1 setting", "2 settings", "3-4 settings"] as const;

/** A setting is called after its section and one of these. */
const ASPECTS: Readonly<Record<Kind, readonly string[]>> = {
  switch: ["alerts", "previews", "backups", "syncing", "tooltips", "reminders"],
  radio: ["zoom", "mode", "speed"],
  list: ["layout", "region", "format"],
  text: ["nickname", "motto", "slogan"],
};
const PATTERN: readonly Kind[] = ["switch", "list", "switch", "radio", "text", "switch"];
/** From the left of a radio button to the first letters of its label, in CSS px. */
const RADIO_TEXT_AT = 31;
/** So many words of an instruction may be changes. */
const LONGEST = 18;

function drawSection(rng: Rng, words: Words, section: number, name: string): Setting[] {
  const left = {
    switch: rng.shuffle(ASPECTS.switch),
    radio: rng.shuffle(ASPECTS.radio),
    list: rng.shuffle(ASPECTS.list),
    text: rng.shuffle(ASPECTS.text),
  };
  const kinds = rng.shuffle(PATTERN).slice(0, between(rng, 5, 6));
  return kinds.map((kind) => {
    const options = {
      switch: ["on", "off"],
      text: [],
      radio: pickApart(rng, words.labels, 3, [], 8),
      list: pickApart(rng, words.labels, between(rng, 4, 6), [], 9),
    }[kind];
    const value = kind === "text" ? rng.pick(["", rng.pick(words.labels)]) : rng.pick(options);
    return { section, kind, label: `${name} ${left[kind].pop()!}`, options, value };
  });
}

/** Another value than the one `setting` has. */
function drawChange(rng: Rng, words: Words, settings: readonly Setting[], setting: number): Change {
  const { section, kind, label, options, value } = settings[setting]!;
  const text = pickApart(rng, words.nouns, between(rng, 1, 2), [value], 8).join(" ");
  return { setting, section, kind, label, value: kind === "text" ? text : rng.pick(options.filter((option) => option !== value)) };
}

/** Makes a change impossible: its section lacks the setting, or its list lacks the value. */
function spoil(rng: Rng, words: Words, settings: readonly Setting[], change: Change): Change {
  if (change.kind === "list" || change.kind === "radio")
    return { ...change, value: pickApart(rng, words.labels, 1, settings[change.setting]!.options, 8)[0]! };
  const name = change.label.split(" ")[0];
  const aspects = ASPECTS[change.kind].filter((aspect) => settings.every(({ label }) => label !== `${name} ${aspect}`));
  return { ...change, setting: -1, label: `${name} ${rng.pick(aspects)}` };
}

const phrase = ({ kind, label, value }: Change): string => (kind === "switch" ? `turn ${value} "${label}"` : `set "${label}" to "${value}"`);
const phrases = (changes: readonly Change[]): string => listed(changes.map(phrase), "");

const wanted = ({ settings, changes }: Params): string[] =>
  settings.map(({ value }, index) => changes.find(({ setting }) => setting === index)?.value ?? value);
const possible = ({ settings }: Params, { setting, kind, value }: Change): boolean =>
  setting !== -1 && (kind === "text" || settings[setting]!.options.includes(value));

/** The next step towards a change; null when it is made. Fails where its section shows that it cannot be. */
async function make(context: OracleContext<Params>, { setting, section, kind, label, value }: Change): Promise<Action | null> {
  const { values, section: open } = stateOf(context);
  const id = `set-${setting}`;
  if (values[setting] === value) return null;
  if (open !== section) return clickOn(context, `section-${section}-label`);
  if (setting === -1) return fail(`There is no "${label}".`);
  const { options } = context.instance.params.settings[setting]!;
  const close = await closeList(context, id);
  if (close !== null) return close;
  if (kind === "list") return chooseOption(context, id, options, values[setting], value);
  if (kind === "text") return typeInto(context, id, values[setting], value);
  if (!options.includes(value)) return fail(`"${value}" is no choice for "${label}".`);
  return kind === "switch" ? clickOn(context, `${id}-text`) : clickText(context, `${id}-${options.indexOf(value)}`, RADIO_TEXT_AT);
}

/** A setting that is not asked for, changed to another value. */
function stray({ settings, changes }: Params): Change {
  const setting = settings.findIndex(({ kind }, index) => kind === "switch" && changes.every((change) => change.setting !== index));
  const { section, kind, label, value } = settings[setting]!;
  return { setting, section, kind, label, value: value === "on" ? "off" : "on" };
}

export const settingsForm = defineTask<Params>({
  id: "settings-form",
  family: "app",
  summary: "Find settings in the sections of an app, change them and save.",
  viewport: { width: 1280, height: 800 },
  maxSteps: 26,
  buckets: BUCKETS,
  infeasible: 0.15,
  ends: "page",
  looks: true,
  templates: [
    "In the settings, {changes}. Press {send}.",
    "Please {changes}, then press {send}.",
    "{Changes}. Click {send} at the end.",
    "Change the settings: {changes}. Then press {send}.",
  ],
  heldOut: "Before you press {send}, {changes}.",
  draw: ({ rng, words, bucket, feasible }) => {
    const [name, ...sections] = pickApart(rng, words.labels, 6, ["Save", "Reset", "Settings"], 8) as [string, ...string[]];
    const settings = sections.flatMap((section, index) => drawSection(rng, words, index, section));
    const count = bucket === "1 setting" ? 1 : bucket === "2 settings" ? 2 : between(rng, 3, 4);
    const changes = rng.sample([...settings.keys()], count).map((setting) => drawChange(rng, words, settings, setting));
    if (phrases(changes).split(" ").length > LONGEST) changes.pop();
    const spoilt = rng.int(changes.length);
    return {
      name,
      user: rng.pick(words.firstNames),
      sections,
      settings,
      changes: changes.map((change, index) => (!feasible && index === spoilt ? spoil(rng, words, settings, change) : change)),
      send: rng.pick(["Save", "Apply", "Submit"]),
    };
  },
  slots: ({ changes, send }) => {
    const text = phrases(changes);
    return { send, changes: text, Changes: capitalised(text) };
  },
  ...appPage("settings-form"),
  check: (state, params) => {
    if (!state["saved"]) return "The settings were not saved.";
    const want = wanted(params);
    const wrong = want.findIndex((value, index) => state["values"][index] !== value);
    return wrong === -1 ? null : `"${params.settings[wrong]!.label}" is "${state["values"][wrong]}"; it should be "${want[wrong]}".`;
  },
  oracle: async (context) => {
    const { params } = context.instance;
    const { values, section } = stateOf(context);
    const strayed = params.settings.some(
      ({ value, kind }, index) => kind !== "text" && values[index] !== value && values[index] !== wanted(params)[index],
    );
    if (strayed) return (await closeList(context)) ?? clickOn(context, "reset");
    // What cannot be done is found out first; then the section that is open, to spare steps.
    const rank = (change: Change): number => (possible(params, change) ? (change.section === section ? 1 : 2) : 0);
    const changes = params.changes.toSorted((a, b) => rank(a) - rank(b));
    return firstOf(
      ...changes.map((change) => () => make(context, change)),
      () => closeList(context),
      () => clickOn(context, "save"),
    );
  },
  nearMisses: [
    wrongGoal("changes another setting", (params, { feasible }) => {
      const wrong = feasible ? 0 : params.changes.findIndex((change) => !possible(params, change));
      return { ...params, changes: params.changes.map((change, index) => (index === wrong ? stray(params) : change)) };
    }),
    wrongGoal("gives a setting another value", (params, { feasible }) => {
      const [first, ...rest] = params.changes as [Change, ...Change[]];
      if (!feasible) return null;
      if (first.kind === "text") return { ...params, changes: [{ ...first, value: first.value.slice(1) }, ...rest] };
      const { options, value } = params.settings[first.setting]!;
      const other = options.find((option) => option !== first.value && option !== value);
      return other === undefined ? null : { ...params, changes: [{ ...first, value: other }, ...rest] };
    }),
    wrongGoal("forgets a setting", (params, { feasible }) =>
      feasible && params.changes.length > 1 ? { ...params, changes: params.changes.slice(1) } : null,
    ),
    wrongGoal("changes one more setting", (params, { feasible }) => (feasible ? { ...params, changes: [...params.changes, stray(params)] } : null)),
    () => ({ name: "saves without a change", applies: () => true, act: async (context) => clickOn(context, "save") }),
    stopEarly("says done without saving", (next, context) => context.actions.length > 0 && next.kind === "click"),
    givesUp(),
  ],
});
