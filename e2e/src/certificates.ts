import { generate } from "selfsigned";

/** A certificate and its private key, as PEM. */
export interface Pair {
  readonly key: string;
  readonly cert: string;
}

/** Makes a certificate for a host name and addresses, by default 127.0.0.1, signed by `authority`; without one, that of an authority. */
export async function makePair(name: string, authority?: Pair, addresses = ["127.0.0.1"]): Promise<Pair> {
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: authority === undefined },
      {
        name: "subjectAltName",
        altNames: [{ type: 2, value: name }, ...addresses.map((ip) => ({ type: 7 as const, ip }))],
      },
    ],
    ...(authority !== undefined && { ca: { ...authority } }),
  });
  return { key, cert };
}
