/**
 * Scripts that run inside pages: stillness (no motion, no caret, in-page select lists) and the fingerprint by which a used page
 * is compared with a fresh one. In: nothing. Out: source text for Playwright's init scripts and `evaluate`.
 */

/** Freezes what moves by itself and counts listeners on the long-lived objects, so left-overs can be seen. */
export const INIT_SCRIPT = `(() => {
  const style = new CSSStyleSheet();
  style.replaceSync(
    '*,*::before,*::after{transition-duration:0s!important;transition-delay:0s!important;animation-duration:1ms!important;' +
    'animation-delay:0s!important;animation-iteration-count:1!important;caret-color:transparent!important;scroll-behavior:auto!important}' +
    'select:not([size]):not([multiple]),::picker(select){appearance:base-select}');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  let listeners = 0;
  for (const target of [window, document]) {
    const add = target.addEventListener, remove = target.removeEventListener;
    target.addEventListener = function (...args) { listeners++; return add.apply(this, args); };
    target.removeEventListener = function (...args) { listeners--; return remove.apply(this, args); };
  }
  // It takes all listeners away.
  const open = document.open;
  document.open = function (...args) { listeners = 0; return open.apply(this, args); };
  Object.defineProperty(window, '__listeners', { enumerable: false, get: () => listeners });
})()`;

/**
 * A digest (64 bits, and the length) of everything that can be left over by an episode and seen from script; equal text = equal page. The page itself adds it up: its
 * source may hold whole libraries, which would cost more to send than to look at.
 */
export const FINGERPRINT_SCRIPT = `(() => {
  const text = JSON.stringify([
    location.href, history.state, document.documentElement.outerHTML, Object.keys(window).sort(), window.__listeners,
    localStorage.length, sessionStorage.length, document.cookie, scrollX, scrollY, document.activeElement?.tagName,
    String(getSelection()),
  ]);
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  return [text.length, a >>> 0, b >>> 0].join(':');
})()`;
