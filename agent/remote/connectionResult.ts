/** What a connection test found, as it is kept and shown. In: nothing. Out: its schema. */
import { z } from "zod";

/** `ok`, or the first thing that is wrong. */
export const connectionResult = z.object({
  kind: z.enum(["ok", "unreachable", "auth", "address", "model", "pictures", "dialect", "server"]),
  /** One line for people. */
  line: z.string(),
  latencyMs: z.number().nullable(),
});
export type ConnectionResult = z.infer<typeof connectionResult>;
