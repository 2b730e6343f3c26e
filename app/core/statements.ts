/** Runs hand-written SQL on a workspace: lists and counts that no repository needs. In: a `sql` fragment. Out: its rows. */
import type { Compilable, RawBuilder } from "kysely";
import type { Workspace } from "../../flywheel/store/workspace.ts";

export function rows<Row>(workspace: Workspace, statement: RawBuilder<Row>): Row[] {
  return workspace.connection.all(compilable(workspace, statement));
}

/** The first column of all rows. */
export function column<Value>(workspace: Workspace, statement: RawBuilder<unknown>): Value[] {
  return workspace.connection.column(compilable(workspace, statement));
}

/** Rows as arrays of their columns. */
export function tuples<Tuple extends readonly unknown[]>(workspace: Workspace, statement: RawBuilder<unknown>): Tuple[] {
  return workspace.connection.tuples(compilable(workspace, statement));
}

/** A statement that gives one number. */
export function number(workspace: Workspace, statement: RawBuilder<unknown>): number {
  return column<number | null>(workspace, statement)[0] ?? 0;
}

/** Runs a statement that changes rows; gives how many. */
export function run(workspace: Workspace, statement: RawBuilder<unknown>): number {
  return workspace.connection.run(compilable(workspace, statement)).changes;
}

function compilable<Row>({ connection }: Workspace, statement: RawBuilder<Row>): Compilable<Row> {
  return { compile: () => statement.compile(connection.query) };
}
