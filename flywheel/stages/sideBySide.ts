/** Acting and learning at the same time. In: both under way. Out: what acting brought, when both are done; who is done first says what it waits for. */
import type { Wheel } from "../wheel.ts";

/** Waits for both, also when one fails: nothing goes on behind a wheel that is being closed. Throws the first failure. */
export async function sideBySide<T>(
  { onProgress }: Pick<Wheel, "onProgress">,
  acting: { readonly name: string; readonly work: Promise<T> },
  learning: { readonly name: string; readonly work: Promise<void> },
): Promise<T> {
  const open = new Set([acting.name, learning.name]);
  const announced = async <R>(name: string, work: Promise<R>): Promise<R> => {
    const result = await work;
    open.delete(name);
    for (const other of open) onProgress({ kind: "line", text: `${name}: done, waiting for ${other}` });
    return result;
  };
  const [acted, learned] = await Promise.allSettled([announced(acting.name, acting.work), announced(learning.name, learning.work)]);
  if (learned.status === "rejected") throw learned.reason;
  if (acted.status === "rejected") throw acted.reason;
  return acted.value;
}
