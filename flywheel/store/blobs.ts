/**
 * Screens by the hash of their pixels: the PNG bytes once, however often a screen was seen, and thumbnails made later.
 * In: `Screen`s. Out: PNG bytes.
 */
import { sql } from "kysely";
import { z } from "zod";
import type { Observation } from "../../env/observation.ts";
import type { Box } from "../../env/task.ts";
import type { Connection } from "./connection.ts";
import { readAs } from "./json.ts";

/** A screenshot to keep; `width` and `height` in device pixels. */
export interface Screen {
  readonly screenHash: string;
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** See `Observation.instructionBox`; absent in thumbnails. */
  readonly instructionBox?: Box | null;
}

const boxSchema = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

const toBox = (json: string | null): Box | null => (json === null ? null : readAs(boxSchema, json, "blobs.instructionBox"));

/** The part of an observation that is stored. */
export function screenOf(observation: Observation): Screen {
  const { screenHash, png, viewport, deviceScaleFactor, instructionBox } = observation;
  return { screenHash, png, width: viewport.width * deviceScaleFactor, height: viewport.height * deviceScaleFactor, instructionBox };
}

export type Blobs = ReturnType<typeof blobs>;

/** Repository of screens. */
export function blobs(connection: Connection) {
  const { query } = connection;
  const byHash = connection.often((hash) => query.selectFrom("blobs").selectAll().where("hash", "=", hash));
  const boxByHash = connection.often((hash) => query.selectFrom("blobs").select("instructionBox").where("hash", "=", hash));
  const boxesByHashes = connection.often((hashes) =>
    query
      .selectFrom("blobs")
      .select(["hash", "instructionBox"])
      .where("hash", "in", sql<string>`(select value from json_each(${hashes}))`)
      .where("instructionBox", "is not", null),
  );
  return {
    /** Keeps a screen; a known hash is left as it is. */
    put(screen: Screen): void {
      const instructionBox = screen.instructionBox ? JSON.stringify(screen.instructionBox) : null;
      const row = { ...toRow(screen), instructionBox };
      connection.run(
        query
          .insertInto("blobs")
          .values(row)
          .onConflict((conflict) => conflict.doNothing()),
      );
    },
    get(screenHash: string): Screen | null {
      const row = connection.first(byHash(screenHash));
      if (row === undefined) return null;
      return { ...toScreen(row), instructionBox: toBox(row.instructionBox) };
    },
    /** Where a stored screen shows the instruction itself, see `Observation.instructionBox`; null also for screens nobody stored. */
    instructionBox: (screenHash: string): Box | null => toBox(connection.first(boxByHash(screenHash))?.instructionBox ?? null),
    /** The same for several screens; those without are left out. */
    instructionBoxes(screenHashes: readonly string[]): ReadonlyMap<string, Box> {
      const rows = connection.all(boxesByHashes(JSON.stringify(screenHashes)));
      return new Map(rows.map(({ hash, instructionBox }) => [hash, toBox(instructionBox)!]));
    },
    has: (screenHash: string): boolean => connection.first(query.selectFrom("blobs").select("hash").where("hash", "=", screenHash)) !== undefined,
    putThumbnail(screen: Screen): void {
      connection.run(
        query
          .insertInto("thumbnails")
          .values(toRow(screen))
          .onConflict((conflict) => conflict.doNothing()),
      );
    },
    thumbnail(screenHash: string): Screen | null {
      const row = connection.first(query.selectFrom("thumbnails").selectAll().where("hash", "=", screenHash));
      return row === undefined ? null : toScreen(row);
    },
    /** Hashes of all screens that learning may look at. */
    learning(): string[] {
      const seen = query
        .selectFrom("steps as s")
        .innerJoin("learning_episodes as e", "e.id", "s.episode")
        .select("s.nextScreenHash as hash")
        .union(query.selectFrom("learning_episodes").select("startScreenHash as hash"))
        .orderBy("hash");
      return connection.all(seen).map(({ hash }) => hash);
    },
  };
}

function toRow({ screenHash, png, width, height }: Screen) {
  return { hash: screenHash, png: Buffer.from(png.buffer, png.byteOffset, png.byteLength), width, height };
}

function toScreen({ hash, png, width, height }: { hash: string; png: Buffer; width: number; height: number }): Screen {
  return { screenHash: hash, png, width, height };
}
