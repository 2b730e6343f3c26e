/**
 * One open SQLite file: kysely writes the SQL (typed), better-sqlite3 runs it, synchronously.
 * In: queries built on `connection.query`. Out: rows. Synchronous, so a transaction can never interleave with another episode's.
 */
import Sqlite from "better-sqlite3";
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type Compilable } from "kysely";
import type { Database } from "./database.ts";
import { translating } from "./storeError.ts";

/** Stands for what a query is about while it is compiled. */
const ABOUT = "\0about";

export class Connection {
  /** Builds queries; never runs them itself. */
  readonly query: Kysely<Database> = new Kysely<Database>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  readonly #sqlite: Sqlite.Database;
  readonly #path: string;
  readonly #statements = new Map<string, Sqlite.Statement>();
  readonly #transaction: Sqlite.Transaction<(work: () => unknown) => unknown>;

  constructor(sqlite: Sqlite.Database, path: string) {
    this.#sqlite = sqlite;
    this.#path = path;
    this.#transaction = sqlite.transaction((work: () => unknown) => work());
  }

  /** All rows of a query. */
  all<Row>(query: Compilable<Row>): Row[] {
    return translating(this.#path, () => {
      const { sql, parameters } = query.compile();
      return this.#prepare(sql).all(...parameters) as Row[];
    });
  }

  /** The first column of all rows: for long lists of numbers or ids. */
  column<Value>(query: Compilable): Value[] {
    return translating(this.#path, () => {
      const { sql, parameters } = query.compile();
      return this.#prepare(sql, "column").all(...parameters) as Value[];
    });
  }

  /** Rows as arrays of their columns: for long lists, whose rows as objects would take more room and time. */
  tuples<Tuple extends readonly unknown[]>(query: Compilable): Tuple[] {
    return translating(this.#path, () => {
      const { sql, parameters } = query.compile();
      return this.#prepare(sql, "tuples").all(...parameters) as Tuple[];
    });
  }

  /** First row of a query, or undefined. */
  first<Row>(query: Compilable<Row>): Row | undefined {
    return translating(this.#path, () => {
      const { sql, parameters } = query.compile();
      return this.#prepare(sql).get(...parameters) as Row | undefined;
    });
  }

  /** A query that is asked often, each time about another id or hash: it is compiled once. */
  often<Row>(make: (about: string) => Compilable<Row>): (about: string) => Compilable<Row> {
    const compiled = make(ABOUT).compile();
    return (about) => ({ compile: () => ({ ...compiled, parameters: compiled.parameters.map((given) => (given === ABOUT ? about : given)) }) });
  }

  /** Runs a statement without rows. `id` is the last inserted row id. */
  run(query: Compilable): { readonly changes: number; readonly id: number } {
    return translating(this.#path, () => {
      const { sql, parameters } = query.compile();
      const { changes, lastInsertRowid } = this.#prepare(sql).run(...parameters);
      return { changes, id: Number(lastInsertRowid) };
    });
  }

  /** Runs `work` in one transaction: all of it is committed, or none. Nested calls become savepoints. */
  transaction<T>(work: () => T): T {
    return translating(this.#path, () => this.#transaction.immediate(work) as T);
  }

  /** Sets a pragma, or reads its rows. */
  pragma(text: string): Record<string, unknown>[] {
    return translating(this.#path, () => this.#sqlite.pragma(text) as Record<string, unknown>[]);
  }

  close(): void {
    this.#sqlite.close();
  }

  /** Statements are kept by how they are read too: the shape changes what a statement returns for good. */
  #prepare(sql: string, shape: "rows" | "column" | "tuples" = "rows"): Sqlite.Statement {
    const key = shape === "rows" ? sql : `${shape} ${sql}`;
    let statement = this.#statements.get(key);
    if (statement === undefined) {
      statement = this.#sqlite.prepare(sql);
      if (shape === "column") statement.pluck();
      if (shape === "tuples") statement.raw();
      this.#statements.set(key, statement);
    }
    return statement;
  }
}
