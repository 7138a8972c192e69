// The process of a hello-world server: `main.js <framework> <variant>`; see `Answer` for what it says and hears. It answers its
// port, and the processor time that it has used.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import type { Variants } from "./server.ts";

const frameworks: Readonly<Record<string, () => Promise<{ variants: Variants }>>> = {
  "node:http": () => import("./node-http.ts"),
};

const [framework, variant] = process.argv.slice(2);
const { variants } = await frameworks[framework!]!();
const server = await variants[variant!]!();
if (!server.listening) await once(server.listen(0, "127.0.0.1"), "listening");
console.log("{}");
for await (const _ of createInterface({ input: process.stdin })) {
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port, cpu: (user + system) * 1000 }));
}
process.exit();
