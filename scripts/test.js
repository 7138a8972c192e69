// `npm test`: sets up what is missing or out of date, then runs every test. End-to-end tests whose server is not
// installed are skipped and named; the closing line counts them all.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build, install, projects, root, runTool } from "./workspace.js";

install();
build(...projects);

const report = join(root, "test-results/vitest.json");
rmSync(report, { force: true });
const code = runTool("vitest", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);

let results;
try {
  results = JSON.parse(readFileSync(report, "utf8"));
} catch {
  results = { testResults: [], numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 };
}
const skipped = results.testResults
  .flatMap((file) => file.assertionResults)
  .filter((test) => test.status !== "passed" && test.status !== "failed");
if (skipped.length > 0) {
  console.log("Skipped, with the Debian package to install where one is missing:");
  for (const test of skipped) console.log(`  ${test.fullName}`);
}
// A file that cannot be loaded fails without a test of its own.
const brokenFiles = results.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.length === 0,
);
const failed = results.numFailedTests + brokenFiles.length;
console.log(`${results.numPassedTests} passed, ${failed || (code === 0 ? 0 : 1)} failed, ${skipped.length} skipped`);
process.exitCode = code;
