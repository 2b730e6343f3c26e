/**
 * Network policy of a session. `sealed` (default): the task's own origin, answered from memory, and nothing else.
 * `allow(origins)`: free sessions on real sites. Private and loopback addresses other than the task's own are always blocked.
 */
import type { BrowserContext, Route } from "playwright";
import type { Task } from "./task.ts";

export type NetworkPolicy = { readonly kind: "sealed" } | { readonly kind: "allow"; readonly origins: readonly string[] };

/** Origin of a task's pages; `.test` never resolves, so nothing can leak even without the policy. */
export function taskOrigin(task: Pick<Task, "id">): string {
  return `http://${task.id.toLowerCase().replaceAll(/[^a-z0-9-]+/g, "-")}.flywheel.test`;
}

/** Installs the policy on a context. `currentTask` is asked at every request; `blocked` hears of refused requests. */
export async function applyNetworkPolicy(
  context: BrowserContext,
  policy: NetworkPolicy,
  currentTask: () => Task | null,
  blocked: (url: string, isMainFrame: boolean) => void,
): Promise<void> {
  await context.routeWebSocket(/.*/, (socket) => {
    if (!mayConnect(socket.url(), policy)) return socket.close({ code: 1008, reason: "blocked by network policy" });
    socket.connectToServer();
    return undefined;
  });
  await context.route(/.*/, async (route) => {
    const url = route.request().url();
    const task = currentTask();
    if (task !== null && new URL(url).origin === taskOrigin(task)) return serve(route, task);
    if (mayConnect(url, policy)) return route.continue();
    blocked(url, route.request().isNavigationRequest());
    return route.abort("blockedbyclient");
  });
}

async function serve(route: Route, task: Task): Promise<void> {
  const resource = task.resource(new URL(route.request().url()).pathname);
  if (resource === undefined) return route.fulfill({ status: 404, body: "" });
  const body = typeof resource.body === "string" ? resource.body : Buffer.from(resource.body);
  return route.fulfill({ body, contentType: resource.contentType, headers: { "cache-control": "max-age=86400" } });
}

/** Pure: whether a policy lets a page connect to `url`. */
function mayConnect(url: string, policy: NetworkPolicy): boolean {
  if (policy.kind === "sealed") return false;
  const parsed = URL.parse(url);
  if (parsed === null || !/^(https?|wss?):$/.test(parsed.protocol) || isPrivateHost(parsed.hostname)) return false;
  const origin = parsed.origin.replace(/^ws/, "http");
  return policy.origins.some((allowed) => allowed === "*" || allowed === origin);
}

/** Pure: loopback, private, link-local and local names, IPv4 and IPv6. */
function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
  if (host === "localhost" || host.endsWith(".localhost") || host.endsWith(".local") || host.endsWith(".internal")) return true;
  if (host.includes(":")) return /^(::1?$|::ffff:|f[cd]|fe[89ab])/.test(host);
  return /^(0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(host);
}
