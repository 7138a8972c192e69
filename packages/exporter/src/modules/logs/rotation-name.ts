import { basename, dirname, extname } from "node:path";

/**
 * Whether a file may be what a rotation made of another: it lies in the same folder, and its name is that of the other with
 * something added at the end, or before the ending, as in `app.log.1` and `app-20261231.log`.
 */
export function isRotationOf(path: string, of: string): boolean {
  if (dirname(path) !== dirname(of) || path === of) return false;
  const [name, original] = [basename(path), basename(of)];
  if (name.startsWith(original)) return /^[^A-Za-z0-9]/.test(name.slice(original.length));
  const ending = extname(original);
  const stem = original.slice(0, original.length - ending.length);
  return (
    stem !== "" &&
    name.startsWith(stem) &&
    /^[^A-Za-z0-9]/.test(name.slice(stem.length)) &&
    (ending === "" || name.includes(ending))
  );
}
