/**
 * Who may talk to the core: holders of the token, from the core's own pages or from no page at all, under the core's own name. Pure.
 * In: what a request says of itself. Out: `pass`, a redirect that sets the cookie, or a refusal.
 *
 * Host must be the core's own (a foreign name that points to this computer is refused), Origin and Sec-Fetch-Site must not be another page's.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export interface Guarded {
  readonly port: number;
  readonly token: string;
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** A WebSocket: browsers always say where it comes from, and may not be asked across origins by default. */
  readonly upgrade: boolean;
}

export type Ruling =
  | { readonly kind: "pass" }
  /** The token came in the URL: it moves into a cookie, and out of the address bar and history. */
  | { readonly kind: "redirect"; readonly to: string; readonly cookie: string }
  | { readonly kind: "refuse"; readonly status: 400 | 401 | 403 | 405; readonly why: string };

const refuse = (status: Extract<Ruling, { kind: "refuse" }>["status"], why: string): Ruling => ({ kind: "refuse", status, why });

export function rule({ port, token }: Guarded, { method, url, headers, upgrade }: Asked): Ruling {
  const host = headers.host ?? "";
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return refuse(403, "This is not the name the core answers to.");
  if (method !== "GET" && method !== "HEAD") return refuse(405, "Only GET is answered here.");
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return refuse(403, "Another page may not ask.");
  const target = URL.parse(url, `http://${host}`);
  if (target === null) return refuse(400, "This is no address.");
  const bearer = /^Bearer (?<token>.+)$/.exec(headers.authorization ?? "")?.groups?.["token"];
  if (bearer !== undefined) return isEqual(bearer, token) ? { kind: "pass" } : refuse(401, "The token is wrong.");
  if (upgrade && origin === undefined) return refuse(403, "It is not known which page asks.");
  const given = target.searchParams.get("token");
  // The way in: a link that a person followed, from wherever it was shown.
  if (given !== null && !upgrade)
    return isEqual(given, token) ? enter(target, port, token) : refuse(401, "The token in the address is wrong or old.");
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return refuse(403, "Another page may not ask.");
  const cookie = cookieOf(headers.cookie ?? "", port);
  return cookie !== null && isEqual(cookie, token) ? { kind: "pass" } : refuse(401, "Open the address that the core printed: it holds the token.");
}

function enter(target: URL, port: number, token: string): Ruling {
  target.searchParams.delete("token");
  const cookie = `${cookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`;
  return { kind: "redirect", to: `${target.pathname}${target.search}`, cookie };
}

/** Cookies do not know ports, so the name does. */
function cookieName(port: number): string {
  return `flywheel-${port}`;
}

function cookieOf(header: string, port: number): string | null {
  const found = header.split(/;\s*/).find((one) => one.startsWith(`${cookieName(port)}=`));
  return found?.slice(cookieName(port).length + 1) ?? null;
}

/** Takes as long for a wrong token as for the right one. */
function isEqual(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
