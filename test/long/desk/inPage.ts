/**
 * What a page of the app notes about itself while it is measured. Each function runs inside the page, alone: it may use nothing of this file.
 * Times are ms since the page's navigation began; something counts as shown when the frame that holds it was painted.
 */

/** Kept as `globalThis.desk`. */
export interface Desk {
  /** When a person last let go of the mouse or pressed a key. */
  actedAt: number;
  /** What the list shows, and when that last changed. */
  list: string;
  changedAt: number;
  /** The list shows the answer to its query: no row is missing, none is left over. */
  isShown: boolean;
  firstShownAt: number | null;
  /** The counts above the list. */
  counts: string;
  countedAt: number;
  /** Home can be used: the core answers, and it says what there is to do. */
  homeAt: number | null;
  /** A page change was answered. */
  title: string;
  titledAt: number;
}

/** Put into the page before its own scripts. */
export function watchPage(): void {
  const desk: Desk = {
    actedAt: 0,
    list: "",
    changedAt: 0,
    isShown: false,
    firstShownAt: null,
    counts: "",
    countedAt: 0,
    homeAt: null,
    title: "",
    titledAt: 0,
  };
  (globalThis as unknown as { desk: Desk }).desk = desk;
  for (const kind of ["pointerup", "keydown", "input", "popstate"])
    addEventListener(kind, ({ timeStamp }) => (desk.actedAt = timeStamp), { capture: true });
  const painted = (then: (now: number) => void): void => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => then(performance.now()), { once: true });
    port1.start();
    port2.postMessage(0);
  };
  const lookAtList = (): void => {
    const main = document.querySelector("main.episodes");
    if (main === null) return;
    const grid = main.querySelector(".episode-grid");
    const status = main.querySelector("[role=status]")?.textContent ?? "";
    const view = grid?.getBoundingClientRect();
    const rows = [...(grid?.querySelectorAll(".episode-row") ?? [])].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return view !== undefined && bottom > view.top + 28 && top < view.bottom;
    });
    const isStale = grid?.classList.contains("stale") === true;
    const missing = rows.filter((row) => row.querySelector(".loading") !== null).length;
    const list = [location.search, status, isStale, missing > 0, ...rows.slice(0, 5).map((row) => row.textContent)].join("|");
    if (list !== desk.list) {
      desk.list = list;
      desk.isShown = status !== "" && !isStale && missing === 0 && (rows.length > 0 || main.querySelector(".empty") !== null);
      painted((now) => {
        desk.changedAt = now;
        if (desk.isShown) desk.firstShownAt ??= now;
      });
    }
    const counts = main.querySelector(".facets")?.textContent ?? "";
    if (counts !== desk.counts) {
      desk.counts = counts;
      painted((now) => (desk.countedAt = now));
    }
  };
  const look = (): void => {
    requestAnimationFrame(look);
    lookAtList();
    const title = document.querySelector("header.top h1")?.textContent ?? "";
    if (title !== desk.title) {
      desk.title = title;
      painted((now) => (desk.titledAt = now));
    }
    const home = document.querySelector("main.home");
    const isReady = document.querySelector(".status .core.open") !== null && home?.querySelector("button.primary, .sentence:not(:empty)") != null;
    if (isReady && desk.homeAt === null) painted((now) => (desk.homeAt ??= now));
  };
  requestAnimationFrame(look);
}

export interface Drawn {
  readonly seconds: number;
  readonly frames: number;
  /** Frames that showed another picture than the one before. */
  readonly pictures: number;
  /** Of these, at full resolution; the others at the resolution of thumbnails. */
  readonly sharp: number;
  /** Frames without any picture, or with rows that are not there yet. */
  readonly blank: number;
  /** Longest time between two frames, ms. */
  readonly longest: number;
}

/**
 * Moves something at every frame and looks, at every frame, at what is drawn. `drag`: the pressed pointer, to and fro over the whole timeline of
 * Replay in three seconds; `arrow`: the right arrow key as it repeats, at every second frame; `scroll`: the list of episodes, a dozen rows a frame.
 */
export async function watchMoves({ kind, ms }: { readonly kind: "drag" | "arrow" | "scroll"; readonly ms: number }): Promise<Drawn> {
  const state = { frames: 0, pictures: 0, sharp: 0, blank: 0, longest: 0 };
  const lanes = document.querySelector(".timeline svg");
  const grid = document.querySelector(".episode-grid");
  const start = performance.now();
  const move = (now: number): void => {
    if (kind === "scroll") grid!.scrollTop += 400;
    if (kind === "arrow" && state.frames % 2 === 0)
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", code: "ArrowRight", bubbles: true, repeat: true }));
    if (kind !== "drag") return;
    const { left, width, top } = lanes!.getBoundingClientRect();
    const at = ((now - start) / 1500) % 2;
    const clientX = left + 48 + (width - 60) * (at < 1 ? at : 2 - at);
    lanes!.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY: top + 30, buttons: 1, bubbles: true, pointerId: 1 }));
  };
  /** What is shown; null: nothing yet. */
  const picture = (): string | null => {
    const shown = [...document.querySelectorAll<HTMLElement>(".stage .screen > .picture")].map((one) =>
      one instanceof HTMLImageElement ? (one.complete && one.naturalWidth > 0 ? one.currentSrc : undefined) : one.dataset["shown"],
    );
    return shown.findLast((name) => name !== undefined) ?? null;
  };
  const rows = (): string | null => {
    const { top, bottom } = grid!.getBoundingClientRect();
    const seen = [...grid!.querySelectorAll(".episode-row")].filter((row) => {
      const place = row.getBoundingClientRect();
      return place.bottom > top + 28 && place.top < bottom;
    });
    return seen.length === 0 || seen.some((row) => row.querySelector(".loading") !== null) ? null : seen[0]!.id;
  };
  let [shown, before] = ["", start];
  await new Promise<void>((resolve) => {
    const look = (): void => {
      const now = performance.now();
      state.longest = Math.max(state.longest, now - before);
      before = now;
      state.frames++;
      const seen = kind === "scroll" ? rows() : picture();
      // The same screen in another resolution is the same picture.
      const name = /[0-9a-f]{64}/.exec(seen ?? "")?.[0] ?? seen;
      if (name === null) state.blank++;
      else if (name !== shown) {
        state.pictures++;
        if (seen!.endsWith(".png")) state.sharp++;
        shown = name;
      }
      if (now - start >= ms) return resolve();
      move(now);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return { ...state, seconds: (performance.now() - start) / 1000 };
}

/** Kept as `globalThis.live`: the live picture of a session. */
export interface Live {
  /** When frames were drawn. */
  readonly frames: number[];
  /** When the picture became another one: more than a few pixels of it. */
  readonly changes: number[];
}

/** Follows the canvas of a live session from now on. */
export function watchLive(): void {
  const live: Live = { frames: [], changes: [] };
  (globalThis as unknown as { live: Live }).live = live;
  const canvas = document.querySelector<HTMLCanvasElement>(".live-screen canvas")!;
  let known = new Uint8ClampedArray();
  const drawn = (): void => {
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let different = 0;
    for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i]! - (known[i] ?? -255)) > 40) different++;
    known = data;
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener(
      "message",
      () => {
        live.frames.push(performance.now());
        if (different > 12) live.changes.push(performance.now());
      },
      { once: true },
    );
    port1.start();
    requestAnimationFrame(() => port2.postMessage(0));
  };
  new MutationObserver(drawn).observe(canvas, { attributes: true, attributeFilter: ["data-frame"] });
}
