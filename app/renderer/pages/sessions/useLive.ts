/**
 * The live picture of a session on a canvas: the newest frame only. In: a session. Out: a canvas to mount, frames per second and how far behind they
 * are, twice a second. Opened again when it was lost.
 */
import { useEffect, useRef, useState, type RefObject } from "react";
import { decodeFrame } from "../../../api/frames.ts";
import { liveUrl } from "../../../api/urls.ts";

const RETRY_MS = 700;
const COUNTED_MS = 500;

export interface LiveFacts {
  readonly framesPerSecond: number;
  /** Of the newest frame; null before the first. */
  readonly behindMs: number | null;
  /** Steps that were recorded when it was taken. */
  readonly step: number;
}

const NOTHING: LiveFacts = { framesPerSecond: 0, behindMs: null, step: 0 };

/** `session`: null shows nothing. */
export function useLive(session: string | null): { readonly canvas: RefObject<HTMLCanvasElement | null>; readonly facts: LiveFacts } {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [facts, setFacts] = useState(NOTHING);
  useEffect(() => {
    if (session === null) return;
    let closed = false;
    let socket: WebSocket;
    let [frames, behindMs, step]: [number, number | null, number] = [0, null, 0];
    let drawing: Promise<void> = Promise.resolve();
    const draw = async (bytes: ArrayBuffer): Promise<void> => {
      const frame = decodeFrame(new Uint8Array(bytes));
      const target = canvas.current;
      if (frame === null || target === null) return;
      const picture = await createImageBitmap(new Blob([frame.jpeg as BlobPart], { type: "image/jpeg" }));
      if (closed) return;
      if (target.width !== picture.width || target.height !== picture.height) [target.width, target.height] = [picture.width, picture.height];
      target.getContext("2d")!.drawImage(picture, 0, 0);
      picture.close();
      frames++;
      [behindMs, step] = [Math.max(0, Date.now() - frame.captured), frame.step];
      target.dataset["frame"] = String(frame.number);
    };
    const open = (): void => {
      socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${liveUrl(session)}`);
      socket.binaryType = "arraybuffer";
      socket.addEventListener("message", ({ data }) => {
        // One after another: pictures decode in parallel, and an older one must not come last.
        drawing = drawing.then(() => draw(data as ArrayBuffer)).catch(() => undefined);
      });
      socket.addEventListener("close", () => {
        if (!closed) setTimeout(() => closed || open(), RETRY_MS);
      });
    };
    open();
    const timer = setInterval(() => {
      setFacts({ framesPerSecond: Math.round((frames * 1000) / COUNTED_MS), behindMs, step });
      frames = 0;
    }, COUNTED_MS);
    return () => {
      closed = true;
      clearInterval(timer);
      socket.close();
      setFacts(NOTHING);
    };
  }, [session]);
  return { canvas, facts };
}
