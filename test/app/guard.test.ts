/** Who may talk to the core: every way in that must be shut, on the rule that server and sockets share. */
import { describe, expect, test } from "vitest";
import { rule, type Asked } from "../../app/core/web/guard.ts";

const core = { port: 7700, token: "right" };
const own = { host: "127.0.0.1:7700" };
const cookie = "flywheel-7700=right";
const ask = (part: Partial<Asked>): Asked => ({ method: "GET", url: "/", headers: { ...own, cookie }, upgrade: false, ...part });

test("the cookie lets the core's own pages in", () => {
  expect(rule(core, ask({}))).toEqual({ kind: "pass" });
  expect(rule(core, ask({ headers: { ...own, cookie, origin: "http://127.0.0.1:7700" }, upgrade: true }))).toEqual({ kind: "pass" });
});

test("the token in an address moves into a cookie that no script can read, and out of the address", () => {
  const ruling = rule(core, ask({ url: "/episodes?q=lamp&token=right", headers: own }));
  expect(ruling).toEqual({ kind: "redirect", to: "/episodes?q=lamp", cookie: "flywheel-7700=right; HttpOnly; SameSite=Strict; Path=/" });
});

test("a program shows the token in a header, a socket of a program too", () => {
  const headers = { ...own, authorization: "Bearer right" };
  expect(rule(core, ask({ headers }))).toEqual({ kind: "pass" });
  expect(rule(core, ask({ headers, upgrade: true }))).toEqual({ kind: "pass" });
});

describe("refused", () => {
  const cases: [string, Partial<Asked>, number][] = [
    ["no token", { headers: own }, 401],
    ["a wrong cookie", { headers: { ...own, cookie: "flywheel-7700=wrong" } }, 401],
    ["the cookie of another port", { headers: { ...own, cookie: "flywheel-7701=right" } }, 401],
    ["a wrong token in the address", { url: "/?token=wrong", headers: own }, 401],
    ["a wrong token in the header", { headers: { ...own, cookie, authorization: "Bearer wrong" } }, 401],
    ["a name that somebody else pointed here", { headers: { host: "attacker.example:7700", cookie } }, 403],
    ["another port's name", { headers: { host: "127.0.0.1:7701", cookie } }, 403],
    ["no name", { headers: { cookie } }, 403],
    ["another page's request", { headers: { ...own, cookie, origin: "http://attacker.example" } }, 403],
    ["a page on another port of this computer", { headers: { ...own, cookie, origin: "http://127.0.0.1:9999" } }, 403],
    ["a file's page", { headers: { ...own, cookie, origin: "null" } }, 403],
    ["an image tag of another site", { headers: { ...own, cookie, "sec-fetch-site": "cross-site" } }, 403],
    ["a socket of another page", { headers: { ...own, cookie, origin: "http://attacker.example" }, upgrade: true }, 403],
    ["a socket that does not say where it comes from", { upgrade: true }, 403],
    ["a socket with the token in its address", { url: "/rpc?token=right", headers: { ...own, origin: "http://127.0.0.1:7700" }, upgrade: true }, 401],
    ["a request that would change something", { method: "POST" }, 405],
  ];
  test.each(cases)("%s", (_, part, status) => {
    expect(rule(core, ask(part))).toMatchObject({ kind: "refuse", status });
  });
});
