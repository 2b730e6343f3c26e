/** Streams of the core. In: how to open one, what to do with each message. Out: nothing; it is opened again after a lost connection, until unmounted. */
import { useEffect, useEffectEvent } from "react";
import { connection, ConnectionLost } from "./connection.ts";

/** `key`: the stream is closed and opened anew when it changes; null opens none. */
export function useStream<Message>(
  key: string | null,
  open: (options: { signal: AbortSignal }) => Promise<AsyncIterable<Message>>,
  onMessage: (message: Message) => void,
): void {
  const opening = useEffectEvent(open);
  const receive = useEffectEvent(onMessage);
  useEffect(() => {
    if (key === null) return;
    const end = new AbortController();
    void (async () => {
      while (!end.signal.aborted) {
        try {
          for await (const message of await opening({ signal: end.signal })) receive(message);
          if (connection.state().kind === "open") return;
        } catch (error) {
          if (end.signal.aborted) return;
          // Opening waits until there is a connection again. Any other failure is a defect of one stream: not a reason to ask without end.
          if (!(error instanceof ConnectionLost) && connection.state().kind === "open") {
            console.error(error);
            return;
          }
        }
      }
    })();
    return () => end.abort();
  }, [key]);
}
