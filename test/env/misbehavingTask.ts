/** Tasks that do what pages should not do, one kind each. */
import type { Task } from "../../env/task.ts";

type Kind = "dialog" | "popup" | "download" | "file-chooser" | "page-error" | "crash" | "fetch";

const ON_CLICK: Record<Kind, string> = {
  dialog: "alert('hello')",
  popup: "window.open('about:blank')",
  download: "const a = document.createElement('a'); a.href = 'data:application/octet-stream,x'; a.download = 'x.bin'; a.click()",
  "file-chooser": "document.getElementById('file').click()",
  "page-error": "setTimeout(() => { throw new Error('broken page') }, 0)",
  crash: "",
  fetch: "",
};

const html = (
  kind: Kind,
): string => `<!doctype html><body style="margin:0"><button style="width:120px;height:60px" onclick="${ON_CLICK[kind]}">go</button>
<input id="file" type="file" style="display:none"><script>
window.state = null;
${kind === "fetch" ? "const fetched = fetch('http://127.0.0.1:9/').then(() => { state = { fetched: 'yes' } }, () => { state = { fetched: 'blocked' } });" : ""}
${kind === "crash" ? "addEventListener('keydown', () => { location.href = 'chrome://crash' });" : ""}
</script>`;

/** A page whose button (or Enter key) misbehaves. */
export function misbehaving(kind: Kind): Task {
  return {
    id: `misbehaving-${kind}`,
    version: 1,
    family: "test",
    summary: "",
    viewport: { width: 200, height: 120 },
    maxSteps: 3,
    buckets: ["only"],
    startPath: "/",
    instance: (seed) => ({ seed, split: "train", bucket: "only", template: 0, heldOut: false, instruction: "press go", feasible: true, params: {} }),
    resource: (path) => (path === "/" ? { body: html(kind), contentType: "text/html" } : undefined),
    setup: () => (kind === "fetch" ? "fetched" : "undefined"),
    probe: async (page) => ({ ended: false, state: await page.evaluate("window.state") }),
    verify: () => ({ pass: false, reason: "never passes", evidence: null }),
    nearMisses: [],
  };
}

const scrollingHtml = `<!doctype html><body style="margin:0"><div id="pane" style="height:120px;overflow:auto"><div style="height:2000px">long</div></div><script>
let heard = 0;
const pane = document.getElementById("pane");
pane.addEventListener("scroll", () => setTimeout(() => (heard = pane.scrollTop), 100));
</script>`;

/** A page that scrolls, and notes where it is a little later. */
export const scrolling: Task = {
  ...misbehaving("dialog"),
  id: "scrolling",
  maxSteps: 20,
  resource: (path) => (path === "/" ? { body: scrollingHtml, contentType: "text/html" } : undefined),
  probe: async (page) => ({ ended: false, state: await page.evaluate("({ top: pane.scrollTop, heard })") }),
};
