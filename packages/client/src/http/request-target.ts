/** The path of a request's target, which is a path with a query or, as a proxy is asked, a whole URL. */
export function pathOf(target: string): string {
  const begin = target.startsWith("/") ? 0 : (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0);
  const query = target.indexOf("?", begin);
  const fragment = target.indexOf("#", begin);
  const end = query < 0 || (fragment >= 0 && fragment < query) ? fragment : query;
  const path = end < 0 ? target.slice(begin) : target.slice(begin, end);
  return path === "" && begin > 0 ? "/" : path;
}

/** The values of one parameter of a request's target. */
export function parameterOf(target: string, name: string): string[] {
  const query = target.indexOf("?");
  return query < 0 ? [] : new URLSearchParams(target.slice(query)).getAll(name);
}
