export { compareExposition } from "./compare.ts";
export { lint, type LintProblem } from "./lint.ts";
export { readExemplar, readNativeHistogram, readSamples, readValue, type SeriesLabels } from "./read.ts";
