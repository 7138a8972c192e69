import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("the image has neither root nor a shell, and is built from this clone", async () => {
  const file = fileURLToPath(new URL("../../../deploy/kubernetes/Dockerfile", import.meta.url));
  const stages = (await readFile(file, "utf8")).split(/^FROM /m).slice(1);
  expect(stages).toHaveLength(2);
  const last = stages[1]!;
  expect(last).toMatch(/^gcr\.io\/distroless\/nodejs\d+-debian12:nonroot\n/);
  expect(last).not.toContain("RUN");
  expect(last).toContain("\nUSER 65532:65532\n");
  // What is run may not be changed by who runs it.
  expect(last).toContain("--chown=0:0");
  const [, bin] = /"\/app\/node_modules\/(exporterkit\/[^"]+)"/.exec(last)!;
  expect(fileURLToPath(import.meta.resolve("exporterkit/package.json"))).toContain("packages/exporter");
  expect(bin).toBe("exporterkit/bin/exporterkit.js");
});
