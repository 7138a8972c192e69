import { suggest } from "../config/nearest.ts";
import { ExporterError } from "../exporter-error.ts";

/** The one that bears a name. Throws an {@link ExporterError} that tells the others. */
export function oneOf<Named extends { readonly name: string }>(
  all: readonly Named[],
  asked: string | undefined,
  what: string,
): Named {
  const found = all.find(({ name }) => name === asked);
  if (found !== undefined) return found;
  const names = all.map(({ name }) => name);
  const remedy =
    asked === undefined
      ? `choose one by --module (${names.join(", ")}), or write all into a folder by --folder.`
      : suggest(asked, names);
  const number = all.length === 1 ? `is one ${what}` : `are ${all.length} ${what}s`;
  const problem = asked === undefined ? `There ${number}` : `No ${what} is called ${quote(asked)}`;
  throw new ExporterError("invalid_argument", `${problem}: ${remedy}`);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
