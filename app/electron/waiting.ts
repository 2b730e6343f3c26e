/** The page that stands in while the core is not there: starting, lost and starting again, or unable to. In: words. Out: a data URL without script. */
import { createHash } from "node:crypto";

const STYLE =
  ":root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{margin:0;display:grid;place-items:center;min-height:100vh}main{max-width:40rem;padding:2rem}h1{font-size:1.3rem;font-weight:600}pre{white-space:pre-wrap;font-size:12px;opacity:.8}";
const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/** `details`: what the core said last. */
export function waitingPage(title: string, text: string, details = ""): string {
  const more = details === "" ? "" : `<pre>${escaped(details)}</pre>`;
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'sha256-${STYLE_HASH}'"><title>${escaped(title)}</title><style>${STYLE}</style></head><body><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p>${more}</main></body></html>`;
  return `data:text/html;charset=utf-8,${encodeURIComponent(page)}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
