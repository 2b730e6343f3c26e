/** How calls are answered: every handler gets the core; expected failures travel as `REFUSED` with what to do. In: the contract. Out: its implementer. */
import { mapEventIterator } from "@orpc/client";
import { implement, ORPCError } from "@orpc/server";
import { isWheelError } from "../../../env/errors.ts";
import { storeError } from "../../../flywheel/store/storeError.ts";
import { contract } from "../../api/index.ts";
import type { Core } from "../core.ts";

export const os = implement(contract)
  .$context<{ core: Core }>()
  .use(async ({ next, context: { core }, path }) => {
    const told = (error: unknown): ORPCError<string, unknown> => refusal(core, path.join("."), error);
    try {
      const result = await next();
      if (!isStream(result.output)) return result;
      // A stream fails when it is read, long after its call was answered.
      const output = mapEventIterator(result.output, { value: async (value) => value, error: async (error) => told(error) });
      return { ...result, output };
    } catch (error) {
      throw told(error);
    }
  });

function refusal({ workspace, options }: Core, call: string, given: unknown): ORPCError<string, unknown> {
  if (given instanceof ORPCError) return given;
  const error = storeError(given, workspace.dir);
  if (isWheelError(error) && error.code !== "internal") {
    return new ORPCError("REFUSED", { defined: true, status: 409, message: error.message, data: { code: error.code, hint: error.hint } });
  }
  options.log(`${call}: ${error instanceof Error ? error.stack : String(error)}`);
  // The person at this computer may know what broke.
  return new ORPCError("INTERNAL_SERVER_ERROR", { message: error instanceof Error ? error.message : String(error) });
}

function isStream(output: unknown): output is AsyncIterator<unknown, unknown, undefined> {
  return typeof output === "object" && output !== null && Symbol.asyncIterator in output;
}
