/** Says that the core does not answer, what is safe, and when it is tried again. */
import { Unplug } from "lucide-react";
import { useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { connect, connection } from "../core/connection.ts";
import { Button } from "../parts/Button.tsx";

export function ConnectionBanner(): ReactNode {
  const state = useSyncExternalStore(connection.subscribe, connection.state);
  const now = useNow(state.kind === "lost");
  if (state.kind !== "lost") return null;
  const seconds = Math.max(0, Math.ceil((state.retryAt - now) / 1000));
  return (
    <div className="banner" role="alert">
      <Unplug size={14} aria-hidden="true" />
      <span>
        <b>Connection lost.</b> The core does not answer; what it recorded is safe. {seconds > 0 ? `Next try in ${seconds} s.` : "Trying again."}
      </span>
      <Button small onClick={connect}>
        Try now
      </Button>
    </div>
  );
}

function useNow(on: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [on]);
  return now;
}
