import type { Format } from "./format.ts";
import type { LineFormat, Part } from "./line-format.ts";
import { LineRows } from "./line-rows.ts";
import { metadataText, metricText, type Naming } from "./series-text.ts";

const encoder = new TextEncoder();

/** A format that is made of lines. */
export function linesOf(format: LineFormat, naming: Naming): Format {
  return {
    end: encoder.encode(format.end),
    sections: (family) =>
      format.parts(family).map((part) => ({
        head: always(encoder.encode(headOf(part, naming))),
        rows: new LineRows(family, part, naming),
      })),
  };
}

/** A function of its own, as sections are kept: one in their midst would hold the family and all of its series. */
function always(head: Uint8Array): () => Uint8Array {
  return () => head;
}

function headOf({ name, suffix = "", behindUnit = "", metadata }: Part, naming: Naming): string {
  const shown = metricText(name, suffix, naming);
  const endsIn = (unit: string): boolean => shown.endsWith(`_${unit}`) || shown.endsWith(`_${unit}${behindUnit}`);
  // Escaping may have changed what the name ends in, and a unit that it does not end in is invalid.
  const valid = metadata.filter(([keyword, text]) => keyword !== "UNIT" || endsIn(text));
  return metadataText(shown, valid);
}
