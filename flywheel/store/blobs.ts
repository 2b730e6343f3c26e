/**
 * Screens by the hash of their pixels: the PNG bytes once, however often a screen was seen, and thumbnails made later.
 * In: `Screen`s. Out: PNG bytes.
 */
import type { Observation } from "../../env/observation.ts";
import type { Connection } from "./connection.ts";

/** A screenshot to keep; `width` and `height` in device pixels. */
export interface Screen {
  readonly screenHash: string;
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The part of an observation that is stored. */
export function screenOf(observation: Observation): Screen {
  const { screenHash, png, pixels } = observation;
  return { screenHash, png, width: pixels.width, height: pixels.height };
}

export type Blobs = ReturnType<typeof blobs>;

/** Repository of screens. */
export function blobs(connection: Connection) {
  const { query } = connection;
  const put = (table: "blobs" | "thumbnails", { screenHash, png, width, height }: Screen): void => {
    const row = { hash: screenHash, png: Buffer.from(png.buffer, png.byteOffset, png.byteLength), width, height };
    connection.run(
      query
        .insertInto(table)
        .values(row)
        .onConflict((conflict) => conflict.doNothing()),
    );
  };
  const get = (table: "blobs" | "thumbnails", hash: string): Screen | null => {
    const row = connection.first(query.selectFrom(table).selectAll().where("hash", "=", hash));
    return row === undefined ? null : { screenHash: row.hash, png: row.png, width: row.width, height: row.height };
  };
  return {
    /** Keeps a screen; a known hash is left as it is. */
    put: (screen: Screen): void => put("blobs", screen),
    get: (screenHash: string): Screen | null => get("blobs", screenHash),
    has: (screenHash: string): boolean => connection.first(query.selectFrom("blobs").select("hash").where("hash", "=", screenHash)) !== undefined,
    putThumbnail: (screen: Screen): void => put("thumbnails", screen),
    thumbnail: (screenHash: string): Screen | null => get("thumbnails", screenHash),
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
