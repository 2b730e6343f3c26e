/** A value once it has stood still for a moment. In: a value that may change at every frame. Out: the newest one that did not change for a while. */
import { useEffect, useState } from "react";

const REST_MS = 60;

export function useRested<Value>(value: Value): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
