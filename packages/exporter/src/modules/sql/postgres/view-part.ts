import type { FamilyType } from "../families.ts";
import { numberOf } from "../number-of.ts";
import type { PresetContext, PresetPart } from "../preset.ts";
import type { Server } from "../session.ts";

/** What a column is: the type of its metric, its help, and its name where that is not the column's. */
export type ViewColumn = readonly [type: FamilyType, help: string, suffix?: string];

/** A view of the server's statistics. */
export interface View {
  /** What the part is called. */
  readonly name: string;
  /** How the names of its metrics begin. */
  readonly prefix: string;
  readonly sql: string | ((server: Server) => string);
  /** Columns that are labels. */
  readonly labels?: readonly string[] | undefined;
  /** Whether there is a label `server`, as the older of postgres_exporter's metrics have it. */
  readonly hasServer?: boolean | undefined;
  readonly columns: Readonly<Record<string, ViewColumn>>;
  /** Columns that are no metrics; undefined where all that are not named are none. */
  readonly except?: readonly string[] | undefined;
  readonly suits?: ((server: Server) => boolean) | undefined;
}

/** A part that makes metrics of a view, one a column. NULL is no series. */
export function viewPart(view: View): PresetPart {
  return {
    name: view.name,
    ...(view.suits !== undefined && { suits: view.suits }),
    collect: (context) => addView(context, view),
  };
}

/** Adds the metrics of a view. */
export async function addView({ result, families, server, address }: PresetContext, view: View): Promise<void> {
  const { sql, prefix, labels = [], hasServer = false, columns: known, except } = view;
  const { columns, rows } = await result(typeof sql === "string" ? sql : sql(server));
  const labelPlaces = labels.map((label) => [label, columns.findIndex(({ name }) => name === label)] as const);
  for (const row of rows) {
    const ofRow: Record<string, string> = {};
    for (const [label, place] of labelPlaces) ofRow[label] = row[place] ?? "";
    if (hasServer) ofRow["server"] = address;
    for (const [i, { name: column, kind }] of columns.entries()) {
      const text = row[i] ?? null;
      if (text === null || labels.includes(column) || except?.includes(column)) continue;
      const declared = known[column] ?? (except === undefined ? undefined : unknownColumn(column));
      const value = declared && numberOf(text, kind);
      if (value === undefined) continue;
      const [type, help, suffix = column] = declared!;
      families.put({ name: `${prefix}_${suffix}`, type, help }, ofRow, value);
    }
  }
}

/** What a newer server has. */
function unknownColumn(column: string): ViewColumn {
  return ["unknown", `The column ${column} of the view.`];
}
