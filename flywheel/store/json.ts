/** JSON columns: parsed where they are read; text that does not parse means the file was damaged. */
import type { z } from "zod";
import { WheelError } from "../../env/errors.ts";
import type { Json } from "../../env/json.ts";

/** Parses a JSON column that may hold any value. */
export function readJson(text: string, column: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw damaged(column, error);
  }
}

/** Parses a JSON column and checks its shape. */
export function readAs<Schema extends z.ZodType>(schema: Schema, text: string, column: string): z.infer<Schema> {
  const parsed = schema.safeParse(readJson(text, column));
  if (!parsed.success) throw damaged(column, parsed.error);
  return parsed.data;
}

function damaged(column: string, cause: unknown): WheelError {
  return new WheelError("workspace-corrupt", `The column ${column} holds something that cannot be read.`, "Restore the workspace from a copy.", {
    cause,
  });
}
