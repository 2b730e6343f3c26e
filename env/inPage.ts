/**
 * Scripts that run inside pages: stillness (no motion, no caret, in-page select lists) and what a used page is compared with to tell whether it is
 * like a fresh one. In: nothing. Out: source text for Playwright's init scripts and `evaluate`.
 */

/** Freezes what moves by itself and counts listeners on the long-lived objects, so left-overs can be seen. */
export const INIT_SCRIPT = `(() => {
  const style = new CSSStyleSheet();
  style.replaceSync(
    '*,*::before,*::after{transition-duration:0s!important;transition-delay:0s!important;animation-duration:1ms!important;' +
    'animation-delay:0s!important;animation-iteration-count:1!important;caret-color:transparent!important;scroll-behavior:auto!important}' +
    'select:not([size]):not([multiple]),::picker(select){appearance:base-select}');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  // Windows of the browser's own, in which dates and colours are picked, are on no screenshot, and no page is drawn beneath them.
  const picked = 'input:is([type=date],[type=datetime-local],[type=month],[type=week],[type=time],[type=color])';
  const opens = ({ type, key, altKey }) => type === 'click' || key === 'F4' || (altKey && (key === 'ArrowDown' || key === 'ArrowUp')) || key === ' ';
  const keepShut = (event) => { if (opens(event) && event.composedPath()[0].matches?.(picked)) event.preventDefault(); };
  const listen = window.addEventListener;
  const keepPickersShut = () => { for (const type of ['click', 'keydown']) listen.call(window, type, keepShut, true); };
  keepPickersShut();
  HTMLInputElement.prototype.showPicker = () => undefined;
  let listeners = 0;
  for (const target of [window, document]) {
    const add = target.addEventListener, remove = target.removeEventListener;
    target.addEventListener = function (...args) { listeners++; return add.apply(this, args); };
    target.removeEventListener = function (...args) { listeners--; return remove.apply(this, args); };
  }
  // It takes all listeners away.
  const open = document.open;
  document.open = function (...args) {
    listeners = 0;
    const opened = open.apply(this, args);
    keepPickersShut();
    return opened;
  };
  // To ask for cookies is to ask another process; as long as none was written there is no need.
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(Document.prototype, 'cookie', {
    ...cookie,
    set(value) {
      try { top.document[Symbol.for('flywheel cookies')] = true; } catch {}
      cookie.set.call(this, value);
    },
  });
  // The page that was asked for is on its way.
  let leaving = false;
  navigation.addEventListener('navigate', (event) => {
    if (event.destination.sameDocument || event.hashChange || event.downloadRequest !== null) return;
    leaving = true;
    event.signal.addEventListener('abort', () => (leaving = false));
  });
  navigation.addEventListener('navigatesuccess', () => (leaving = false));
  Object.defineProperty(window, '__leaving', { enumerable: false, get: () => leaving });
  Object.defineProperty(window, '__listeners', { enumerable: false, get: () => listeners });
})()`;

/** Everything that can be left over by an episode and seen from script. */
const TRACES = `[
  document.documentElement.outerHTML,
  JSON.stringify([
    location.href, history.state, Object.keys(window).sort(), window.__listeners, localStorage.length, sessionStorage.length,
    document[Symbol.for('flywheel cookies')] ? document.cookie : '',
    scrollX, scrollY, document.activeElement?.tagName, String(getSelection()),
  ]),
]`;
const FRESH = "document[Symbol.for('flywheel fresh page')]";

/** Remembers the page as it is, in the page itself: its source may hold whole libraries, which would cost more to send than to look at. */
export const REMEMBER_FRESH = `void (${FRESH} = ${TRACES})`;

/** Whether the page is as it was remembered; false when another was loaded since. */
export const IS_FRESH = `(${FRESH} !== undefined && ((traces) => ${FRESH}.every((trace, at) => trace === traces[at]))(${TRACES}))`;

/** Whether another page is on its way, or has not come in full. */
export const BETWEEN_PAGES = "(globalThis.__leaving === true || document.readyState !== 'complete')";

/** Settles when the pictures and fonts that the page has asked for are there, or have failed. Lazy pictures may not have been asked for. */
const LOADED = `Promise.all([
  ...[...document.images].filter((image) => !image.complete && image.loading !== 'lazy').map((image) => {
    return new Promise((done) => ['load', 'error'].forEach((type) => image.addEventListener(type, done, { once: true })));
  }),
  document.fonts.status === 'loading' ? document.fonts.ready : undefined,
])`;
const FRAME = "document[Symbol.for('flywheel next frame')]";
const NEXT_FRAME = "new Promise((globalThis.__pwClock?.builtins ?? globalThis).requestAnimationFrame)";

/** Asks for the next frame. */
export const ASK_FRAME = `void (${FRAME} = ${NEXT_FRAME})`;

/** Like {@link ASK_FRAME}, once everything is there. */
export const ASK_FRAME_OF_ALL = `${LOADED}.then(() => ${ASK_FRAME})`;

/** Gives what `script` does when the frame that was asked for last has begun: what was on the page then is drawn with it. */
export function onceFrameBegun(script: string): string {
  return `(${FRAME} ??= ${NEXT_FRAME}).then(() => ${script})`;
}
