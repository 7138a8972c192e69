/**
 * The path behind `/metrics` that stands for a group: a segment for each label's name and one for its value, the job first.
 * Without a job there is no group, and the path is empty.
 *
 * @see https://github.com/prometheus/pushgateway#url
 */
export function groupingPath(job: unknown, groupings: Readonly<Record<string, unknown>> | null | undefined): string {
  if (!job) return "";
  const labels = Object.entries(groupings ?? {}).map(([name, value]) => labelPath(name, String(value)));
  return labelPath("job", String(job)) + labels.join("");
}

function labelPath(name: string, value: string): string {
  const key = encodeURIComponent(name);
  // A gateway, or a proxy before it, decodes the path before it is cut into segments, and takes out those that are dots or
  // empty: it would take such a value for another group, or for none.
  if (!value.includes("/") && !["", ".", ".."].includes(value)) return `/${key}/${encodeURIComponent(value)}`;
  return `/${key}@base64/${value === "" ? "=" : Buffer.from(value).toString("base64url")}`;
}
