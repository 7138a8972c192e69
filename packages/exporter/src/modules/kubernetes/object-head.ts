/** What the text of an object, or of an event, begins with. */
export interface ObjectHead {
  readonly name: string;
  readonly namespace: string;
  /** Undefined for what has none, such as PodMetrics. */
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
}

// What the API server writes is in the order of its fields, and none of these has a character that is escaped.
const head =
  /^\{(?:"type":"(?:ADDED|MODIFIED|DELETED)","object":\{)?(?:"kind":"Pod","apiVersion":"v1",)?"metadata":\{"name":"([^"\\]+)"(?:,"generateName":"[^"\\]*")?,"namespace":"([^"\\]+)"(?:,"uid":"([^"\\]+)","resourceVersion":"([^"\\]+)")?/;
const longest = 1024;

/**
 * Reads the beginning of an object that the API server wrote, without the rest: of those that are not wanted, which are most of
 * them where several exporters share a cluster. Undefined where it is written otherwise.
 */
export function headOf(text: Buffer): ObjectHead | undefined {
  const found = head.exec(text.toString("latin1", 0, longest));
  if (found === null) return undefined;
  const [, name, namespace, uid, resourceVersion] = found;
  return { name: name!, namespace: namespace!, uid, resourceVersion };
}
