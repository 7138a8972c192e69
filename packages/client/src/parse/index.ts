export { parse } from "./parse.ts";
export { ParseError, type ParseErrorLocation } from "./parse-error.ts";
export type { ParsedExemplar, ParsedFamily, ParsedNativeHistogram, ParsedSample, ParsedType } from "./parsed-family.ts";
