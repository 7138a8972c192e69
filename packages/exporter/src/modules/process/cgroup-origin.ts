/** What the paths of a process's cgroups say of who started it; empty where they say nothing. */
export interface CgroupOrigin {
  /** The UID of the Kubernetes pod, with hyphens as the API server writes it. */
  readonly pod: string;
  /** The ID that the container runtime gave the container. */
  readonly container: string;
  /** The innermost systemd unit that is no slice, such as `nginx.service`. */
  readonly unit: string;
}

// The cgroupfs driver writes kubepods/burstable/podUID/ID, the systemd driver kubepods-burstable-podUID.slice/RUNTIME-ID.scope
// with underscores in the UID, and containerd that was told one of them by mistake kubepods-burstable-podUID.slice:RUNTIME:ID.
// Static pods have the hash of their manifest as UID, without hyphens.
const podPattern =
  /kubepods(?:[/.-].*)?[/-]pod([0-9a-f]{8}([-_])[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{12}|[0-9a-f]{32})(?=$|[/.:])/;
const containerPattern = /(?:^|[/:-])([0-9a-f]{64})(?=$|\.scope|\/)/;
const longestPath = 4096;

/** Reads the paths of either version of cgroups. */
export function originOf(cgroups: readonly string[]): CgroupOrigin {
  const origin = { pod: "", container: "", unit: "" };
  for (const path of cgroups) {
    if (path.length > longestPath) continue;
    origin.pod ||= (podPattern.exec(path)?.[1] ?? "").replaceAll("_", "-");
    origin.container ||= containerPattern.exec(path)?.[1] ?? "";
    origin.unit ||= unitOf(path);
  }
  return origin;
}

function unitOf(path: string): string {
  const unit = path.split("/").findLast((part) => /^[^:]+\.(?:service|scope|mount|socket|swap)$/.test(part)) ?? "";
  // systemd writes what a unit's name has and a path cannot have as \x2d.
  return unit.replaceAll(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
