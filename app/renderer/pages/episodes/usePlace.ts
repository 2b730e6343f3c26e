/** The current row of a list, kept per URL while the window is open: Back finds the place again. In: the query's text. Out: position and setter. */
import { useState } from "react";

export function usePlace(key: string): [number, (position: number) => void] {
  const name = `place ${key}`;
  const [place, setPlace] = useState({ name, position: remembered(name) });
  const position = place.name === name ? place.position : remembered(name);
  return [
    position,
    (next) => {
      sessionStorage.setItem(name, String(next));
      setPlace({ name, position: next });
    },
  ];
}

function remembered(name: string): number {
  return Number(sessionStorage.getItem(name) ?? 0);
}
