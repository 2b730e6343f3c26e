/**
 * How calls are declared: `oc.input(schema).output(schema)`, one zod schema per call. Transport: oRPC over one WebSocket at `/rpc` (calls,
 * streams, cancelling); pictures, downloads and live frames have URLs of their own (see `urls.ts`).
 * Every call may be refused with `REFUSED`: an expected failure, told to the person as it is.
 */
import { oc as contract } from "@orpc/contract";
import { z } from "zod";

/** Expected failures carry the project's own error code and what to do; everything else is a defect. */
export const oc = contract.errors({ REFUSED: { status: 409, data: z.object({ code: z.string(), hint: z.string() }) } });
