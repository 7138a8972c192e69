/** What a column holds, as far as it matters for a number. */
export type Kind = "number" | "boolean" | "time" | "interval" | "text";

/** A column of a result. */
export interface Column {
  readonly name: string;
  readonly kind: Kind;
}

/** A value as a text of the database: a boolean is `true` or `false`, a time is ISO's in UTC; null is NULL. */
export type Value = string | null;

/** What a query returned. */
export interface Result {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
}

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, Value>>;

/** The rows of a result by the names of their columns, in lower case, since servers differ in that. */
export function rowsOf({ columns, rows }: Result): Row[] {
  const names = columns.map(({ name }) => name.toLowerCase());
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
}
