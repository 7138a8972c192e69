import { AccessFormat, type Escaping, type FormatPiece } from "./access-format.ts";

/** What `log_format` calls the ways to escape. */
export type NginxEscape = "default" | "json" | "none";

const escapings: Readonly<Record<NginxEscape, Escaping>> = { default: "backslash", json: "json", none: "none" };

/** Lines by a `log_format` of nginx, whose variables are the fields. Throws a sentence if it is malformed. */
export function nginxFormat(format: string, escape: NginxEscape = "default"): AccessFormat {
  const pieces = Array.from(
    format.matchAll(/\$(?:\{(\w+)\}|(\w+))|\$|[^$]+/g),
    ([text, braced, plain]): FormatPiece => {
      const name = braced ?? plain;
      if (name !== undefined) return { name, shape: shapeOf(name) };
      if (text === "$") throw new Error('has a "$" without the name of a variable; nginx does not take it either');
      return text;
    },
  );
  return new AccessFormat({ pieces, escaping: escapings[escape] });
}

function shapeOf(name: string): "list" | "status" | number | undefined {
  if (name === "time_local") return "10/Oct/2000:13:55:36 -0700".length;
  if (name === "time_iso8601") return "2000-10-10T13:55:36-07:00".length;
  if (name === "status") return "status";
  return name.startsWith("upstream_") ? "list" : undefined;
}
