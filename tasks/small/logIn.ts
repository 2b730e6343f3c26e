/** log-in: fill in user name and password and log in. The page ends the episode. */
import { defineTask } from "../defineTask.ts";
import { givesUp, stopEarly, wrongGoal } from "../nearMiss.ts";
import { clickOn, firstOf, stateOf, typeInto } from "../oracle.ts";
import { pageFile } from "../resources.ts";
import { between, pickApart } from "../words.ts";

/** `stay` is what the tick box "Stay signed in" must be (null when there is none); `side` puts labels at the left. */
type Params = {
  readonly user: string;
  readonly password: string;
  readonly stay: boolean | null;
  readonly button: string;
  readonly userLabel: string;
  readonly others: readonly string[];
  readonly title: string | null;
  readonly side: boolean;
};

const BUCKETS = ["plain", "other buttons", "stay signed in"] as const;

export const logIn = defineTask<Params>({
  id: "log-in",
  family: "type",
  summary: "Fill in user name and password and log in.",
  viewport: { width: 280, height: 220 },
  maxSteps: 15,
  buckets: BUCKETS,
  ends: "page",
  templates: [
    'Log in as "{user}" with the password "{password}"{stay}.',
    'Type the user "{user}" and the password "{password}"{stay}, then press {button}.',
    'Use the name "{user}" and the password "{password}" to log in{stay}.',
    'Enter "{user}" and "{password}"{stay} and click {button}.',
  ],
  heldOut: 'Get into the account "{user}" by the password "{password}"{stay}.',
  draw: ({ rng, words, bucket }) => {
    const user = rng.pick(words.firstNames);
    const name = rng.chance(0.5) ? user.toLowerCase() : `${user.toLowerCase()}${between(rng, 2, 99)}`;
    const secret = `${pickApart(rng, words.nouns, 1, [user], 8)[0]}${rng.chance(0.6) ? between(rng, 10, 99) : ""}`;
    const others = bucket === "plain" ? [] : pickApart(rng, words.labels, between(rng, 1, 2), [user, secret], 7);
    return {
      user: name,
      password: secret,
      stay: bucket === "stay signed in" ? rng.chance(0.6) : null,
      button: rng.pick(["Log in", "Sign in", "Enter"]),
      userLabel: rng.pick(["User", "Name", "User name"]),
      others,
      title: rng.chance(0.4) ? rng.pick(words.labels) : null,
      side: rng.chance(0.4),
    };
  },
  slots: ({ user, password, stay, button }) => ({ user, password, button, stay: stay === true ? " and stay signed in" : "" }),
  page: pageFile("log-in.js"),
  check: (state, { user, password, stay }) => {
    if (state["pressed"] !== "main") return `The button "${state["pressed"]}" was pressed, not the one that logs in.`;
    if (state["values"].user !== user) return `The user is "${state["values"].user}"; it should be "${user}".`;
    if (state["values"].password !== password) return `The password is "${state["values"].password}"; it should be "${password}".`;
    return state["stay"] === (stay ?? false) ? null : `"Stay signed in" is ${state["stay"] ? "ticked" : "not ticked"}.`;
  },
  oracle: async (context) => {
    const { user, password, stay } = context.instance.params;
    const { values, stay: ticked } = stateOf(context);
    return firstOf(
      () => typeInto(context, "user", values.user, user),
      () => typeInto(context, "password", values.password, password),
      async () => (ticked === (stay ?? false) ? null : clickOn(context, "stay")),
      () => clickOn(context, "main"),
    );
  },
  nearMisses: [
    wrongGoal("swaps user and password", (params) => ({ ...params, user: params.password, password: params.user })),
    wrongGoal("mistypes the password", (params) => ({ ...params, password: params.password.slice(1) })),
    wrongGoal("gets the tick box wrong", (params) => (params.stay === null ? null : { ...params, stay: !params.stay })),
    wrongGoal("leaves the password empty", (params) => ({ ...params, password: "" })),
    stopEarly("says done without logging in", (_, context) => stateOf(context)["values"].password !== ""),
    givesUp(),
  ],
});
