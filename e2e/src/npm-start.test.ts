import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { start } from "./child.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

it("npm start serves with the arguments behind --, and Ctrl-C ends it cleanly", async () => {
  const npm = start("npm", ["--prefix", root, "start", "--", "--web.listen-address=127.0.0.1:0"], { group: true });
  const [, url] = await npm.line(/msg=listening .*url=(\S+)/);
  expect(await (await fetch(`${url}metrics`)).text()).toContain('system_usage{resource_type="CPU"}');
  // npm's own exit code tells of its shell; the log tells that the exporter stopped, and nothing that it was cut off.
  await npm.stop("SIGINT");
  await npm.line(/msg=stopping signal=SIGINT/);
});
