/**
 * How large a screen is shown and which part of it. In: the size of the page and of the room for it, wheel, drag, keys. Out: shown pixels per
 * CSS pixel of the page, an offset, and handlers. Fits by default: freely when smaller, up to twice only by whole device pixels.
 */
import { useCallback, useEffect, useState, type PointerEvent, type RefObject } from "react";

interface Size {
  readonly width: number;
  readonly height: number;
}
interface Zoom {
  /** Times the fitting size; 1 fits. */
  readonly factor: number;
  /** Offset of the page's middle, shown px. */
  readonly x: number;
  readonly y: number;
}

const FIT: Zoom = { factor: 1, x: 0, y: 0 };
const MOST = 8;

/** Shown px per CSS px of the page so that all of it is seen. `scale`: device px of the picture per CSS px. */
export function fitting(page: Size, room: Size, scale: number, dpr: number): number {
  const free = Math.min(room.width / page.width, room.height / page.height);
  const perPicturePixel = (free / scale) * dpr;
  if (perPicturePixel < 1) return free;
  return ((perPicturePixel >= 2 ? 2 : 1) * scale) / dpr;
}

export function useZoom(box: RefObject<HTMLElement | null>, page: Size, scale: number) {
  const [room, setRoom] = useState<Size>({ width: 0, height: 0 });
  const [zoom, setZoom] = useState(FIT);
  const [drag, setDrag] = useState<{ readonly x: number; readonly y: number; readonly from: Zoom } | null>(null);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setRoom(entry!.contentRect));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [box]);
  const fit = room.width === 0 ? 0 : fitting(page, room, scale, devicePixelRatio);
  useEffect(() => {
    const element = box.current!;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, top, width, height } = element.getBoundingClientRect();
      const at = { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
      setZoom((before) => around(before, before.factor * Math.exp(-event.deltaY / 400), at));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [box]);
  const reset = useCallback(() => setZoom(FIT), []);
  /** Puts a point of the page into the middle, enlarged. */
  const zoomTo = (point: { readonly x: number; readonly y: number }, factor = 3): void => {
    const k = fit * factor;
    setZoom({ factor, x: (page.width / 2 - point.x) * k, y: (page.height / 2 - point.y) * k });
  };
  return {
    /** Shown px per CSS px of the page. */
    k: fit * zoom.factor,
    zoom,
    reset,
    zoomTo,
    handlers: {
      onPointerDown: (event: PointerEvent) => {
        if (event.button !== 0 || zoom.factor === 1) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ x: event.clientX, y: event.clientY, from: zoom });
      },
      onPointerMove: (event: PointerEvent) => {
        if (drag !== null) setZoom({ ...drag.from, x: drag.from.x + event.clientX - drag.x, y: drag.from.y + event.clientY - drag.y });
      },
      onPointerUp: () => setDrag(null),
    },
  };
}

/** Another factor, with the point under the pointer staying where it is. */
function around(before: Zoom, wanted: number, at: { readonly x: number; readonly y: number }): Zoom {
  const factor = Math.max(1, Math.min(MOST, wanted));
  if (factor === 1) return FIT;
  const ratio = factor / before.factor;
  return { factor, x: at.x - (at.x - before.x) * ratio, y: at.y - (at.y - before.y) * ratio };
}
