import { isIPv6 } from "node:net";
import type { TLSSocket } from "node:tls";
import type { TlsSettings } from "./tls-settings.ts";

/** Whether a client that has shaken hands may go on, by the certificate that it has shown or not shown. */
export function admits({ clientAuth, allowedNames }: TlsSettings, socket: TLSSocket): boolean {
  const certificate = clientAuth === "NoClientCert" ? undefined : socket.getPeerX509Certificate();
  if (certificate === undefined) return !clientAuth.startsWith("Require");
  if (clientAuth.includes("Verify") && !socket.authorized) return false;
  if (allowedNames === undefined) return true;
  const names = alternativeNames(certificate.subjectAltName ?? "");
  return allowedNames.some((allowed) => names.includes(allowed) || names.includes(canonicalIp(allowed)));
}

/** The names in a certificate's extension of that name as Node.js writes it out: of hosts, mailboxes, IP addresses, URIs. */
export function alternativeNames(text: string): string[] {
  const names: string[] = [];
  // What might be misread stands in the quotes of JSON.
  for (const [, kind, value = ""] of text.matchAll(/(?:^|, )(DNS|email|IP Address|URI):("(?:[^"\\]|\\.)*"|[^,"]*)/g)) {
    const name = value.startsWith('"') ? (JSON.parse(value) as string) : value;
    names.push(kind === "IP Address" ? canonicalIp(name) : name);
  }
  return names;
}

/** An IPv6 address in its shortest form; everything else as it is. */
function canonicalIp(text: string): string {
  return isIPv6(text) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}
