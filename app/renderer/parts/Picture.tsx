/** A screen, a thumbnail or a part of one. In: its address. Out: a canvas, as large as the picture; style it like an `img`. */
import { useEffect, useLayoutEffect, useRef, type CSSProperties, type ReactNode } from "react";
import { isReady, picture } from "./pictures.ts";

interface Props {
  /** Null: nothing is shown. */
  readonly url: string | null;
  /** What is to be seen; "": nothing that is not told elsewhere. */
  readonly alt: string;
  readonly className?: string;
  readonly style?: CSSProperties;
  /** Width it is drawn at, CSS px, where that is less than the picture has. */
  readonly width?: number;
  /** Only this part of it, px. */
  readonly crop?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Waits so long where it is not ready, ms: what is only passed by is not loaded. */
  readonly delay?: number;
  /** Shows nothing until another picture is there; else the one before stays. */
  readonly hides?: boolean;
  /** There is no such picture any more. */
  readonly onLost?: () => void;
}

export function Picture({ url, alt, className, style, width, crop, delay = 0, hides = false, onLost }: Props): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  // Where one follows another faster than they are decoded, each is still drawn unless a later one was drawn before.
  const order = useRef({ asked: 0, drawn: 0 });
  const lost = useRef(onLost);
  useEffect(() => {
    lost.current = onLost;
  });
  const { x = 0, y = 0, width: cropWidth = 0, height: cropHeight = 0 } = crop ?? {};
  // Before the browser draws: what is ready is seen in the same frame, the rest a frame earlier.
  useLayoutEffect(() => {
    const own = ++order.current.asked;
    if (hides || url === null) hide(canvas.current!);
    if (url === null) return;
    const show = async (): Promise<void> => {
      const bitmap = await picture(url);
      const { asked, drawn } = order.current;
      if (canvas.current === null || own < (hides ? asked : drawn)) return;
      order.current.drawn = own;
      if (bitmap === null) {
        // Not the picture of something else.
        hide(canvas.current);
        return lost.current?.();
      }
      const part = cropWidth === 0 ? { x: 0, y: 0, width: bitmap.width, height: bitmap.height } : { x, y, width: cropWidth, height: cropHeight };
      draw(canvas.current, bitmap, part, width);
      canvas.current.dataset["shown"] = url;
      canvas.current.style.visibility = "";
    };
    if (delay === 0 || isReady(url)) return void show();
    const timer = setTimeout(() => void show(), delay);
    return () => clearTimeout(timer);
  }, [url, width, x, y, cropWidth, cropHeight, delay, hides]);
  const told = alt === "" ? { "aria-hidden": true } : { role: "img", "aria-label": alt };
  return <canvas ref={canvas} className={className} style={style} {...told} />;
}

/** Its memory is used again for the next one. */
function hide(canvas: HTMLCanvasElement): void {
  canvas.style.visibility = "hidden";
  delete canvas.dataset["shown"];
}

/** In plain memory (`willReadFrequently`): as a layer of its own, each of many small ones would cost more than it saves. */
function draw(canvas: HTMLCanvasElement, bitmap: ImageBitmap, part: NonNullable<Props["crop"]>, width = Infinity): void {
  const scale = Math.min(1, (width * devicePixelRatio) / part.width);
  const size = { width: Math.max(1, Math.round(part.width * scale)), height: Math.max(1, Math.round(part.height * scale)) };
  const isAsLarge = canvas.width === size.width && canvas.height === size.height;
  if (!isAsLarge) [canvas.width, canvas.height] = [size.width, size.height];
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  // Another size has emptied it already.
  if (isAsLarge) context.clearRect(0, 0, size.width, size.height);
  context.drawImage(bitmap, part.x, part.y, part.width, part.height, 0, 0, size.width, size.height);
}
