import { generate } from "selfsigned";

/** A certificate and its private key, as PEM. */
export interface Pair {
  readonly key: string;
  readonly cert: string;
}

/** Makes a certificate for a host name and 127.0.0.1, signed by `authority`; without one, that of an authority. */
export async function makePair(name: string, authority?: Pair): Promise<Pair> {
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: authority === undefined },
      {
        name: "subjectAltName",
        altNames: [
          { type: 2, value: name },
          { type: 7, ip: "127.0.0.1" },
        ],
      },
    ],
    ...(authority !== undefined && { ca: { ...authority } }),
  });
  return { key, cert };
}
