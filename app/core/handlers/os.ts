/** How calls are answered: every handler gets the core; expected failures travel as `REFUSED` with what to do. In: the contract. Out: its implementer. */
import { implement, ORPCError } from "@orpc/server";
import { isWheelError } from "../../../env/errors.ts";
import { storeError } from "../../../flywheel/store/storeError.ts";
import { contract } from "../../api/index.ts";
import type { Core } from "../core.ts";

export const os = implement(contract)
  .$context<{ core: Core }>()
  .use(async ({ next, errors, context, path }) => {
    try {
      return await next();
    } catch (given) {
      if (given instanceof ORPCError) throw given;
      const error = storeError(given, context.core.workspace.dir);
      if (isWheelError(error) && error.code !== "internal") {
        throw errors.REFUSED({ message: error.message, data: { code: error.code, hint: error.hint } });
      }
      context.core.options.log(`${path.join(".")}: ${error instanceof Error ? error.stack : String(error)}`);
      // The person at this computer may know what broke.
      throw new ORPCError("INTERNAL_SERVER_ERROR", { message: error instanceof Error ? error.message : String(error) });
    }
  });
