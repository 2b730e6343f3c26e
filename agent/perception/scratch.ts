/**
 * Arrays that are used again from screen to screen: fresh ones of this size cost more time than what is done with them.
 * In: a name and a length. Out: an array whose content is whatever was left in it.
 */

const integers = new Map<string, Int32Array>();

/** At least `length` numbers, the same memory for the same name every time; valid until the next call with that name. */
export function scratchIntegers(name: string, length: number): Int32Array {
  const known = integers.get(name);
  if (known !== undefined && known.length >= length) return known;
  const larger = new Int32Array(Math.ceil(1.5 * length));
  if (known !== undefined) larger.set(known);
  integers.set(name, larger);
  return larger;
}
