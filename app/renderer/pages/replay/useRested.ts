/** A value once it has stood still for a moment. In: a value that may change at every frame. Out: the newest one that did not change for a while. */
import { useEffect, useRef, useState } from "react";

const REST_MS = 60;

/** `atLatest`: a value that never rests is followed all the same, every so many ms. */
export function useRested<Value>(value: Value, atLatest = Infinity): Value {
  const [rested, setRested] = useState(value);
  const due = useRef(Infinity);
  useEffect(() => {
    const now = performance.now();
    due.current = Math.min(due.current, now + atLatest);
    const timer = setTimeout(
      () => {
        due.current = Infinity;
        setRested(value);
      },
      Math.max(0, Math.min(REST_MS, due.current - now)),
    );
    return () => clearTimeout(timer);
  }, [value, atLatest]);
  return rested;
}
