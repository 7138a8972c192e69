import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  escapeLabelName,
  escapeMetricName,
  type EscapingScheme,
  isLegacyLabelName,
  isLegacyMetricName,
  unescapeName,
} from "./names.ts";

const escapingSchemes = ["underscores", "dots", "values"] as const;

/** Names of any UTF-16 code units, among them many that are legal, look escaped or hold lone surrogates. */
const anyName = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "a",
        "Z",
        "0",
        "9",
        "_",
        "__",
        ".",
        ":",
        "U__",
        "_dot_",
        "dot",
        "_2e_",
        "é",
        "花",
        "😀",
        "\uD800",
      ),
      fc.string({ unit: "binary", minLength: 1, maxLength: 2 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(""));

it.each([
  ["up", true, true],
  ["_", true, true],
  ["a0_Z9", true, true],
  ["job:rate:5m", true, false],
  [":", true, false],
  ["", false, false],
  ["5m", false, false],
  ["a.b", false, false],
  ["a-b", false, false],
  ["é", false, false],
  ["a\n", false, false],
  ["\na", false, false],
])("knows what the classic rules say of %j: as a metric %s, as a label %s", (name, metric, label) => {
  expect(isLegacyMetricName(name)).toBe(metric);
  expect(isLegacyLabelName(name)).toBe(label);
});

it.each([
  ["http.status:sum", "http_status:sum", "http_dot_status:sum", "U__http_2e_status:sum"],
  ["label with 😱", "label_with__", "label__with____", "U__label_20_with_20__1f631_"],
  ["花火", "__", "____", "U___82b1__706b_"],
  ["mysystem.prod_west", "mysystem_prod_west", "mysystem_dot_prod__west", "U__mysystem_2e_prod__west"],
  ["0bad.name1", "_bad_name1", "__bad_dot_name1", "U___30_bad_2e_name1"],
  ["0", "_", "__", "U___30_"],
  ["a\uD800b.\uDC00", "a_b__", "a__b_dot___", "U__a_FFFD_b_2e__FFFD_"],
  ["\0", "_", "__", "U___0_"],
  ["\u{10FFFF}", "_", "__", "U___10ffff_"],
  ["U__a.b", "U__a_b", "U____a_dot_b", "U__U____a_2e_b"],
])("escapes %j", (name, underscores, dots, values) => {
  expect(escapeMetricName(name, "underscores")).toBe(underscores);
  expect(escapeMetricName(name, "dots")).toBe(dots);
  expect(escapeMetricName(name, "values")).toBe(values);
  expect(escapeMetricName(name, "allow-utf-8")).toBe(name);
});

it.each<EscapingScheme>(["allow-utf-8", ...escapingSchemes])("leaves legal names alone under %s", (scheme) => {
  expect(escapeMetricName("http_requests__total", scheme)).toBe("http_requests__total");
  expect(escapeMetricName("job:rate:5m", scheme)).toBe("job:rate:5m");
  expect(escapeLabelName("status_code", scheme)).toBe("status_code");
  expect(escapeMetricName("", scheme)).toBe("");
  expect(escapeLabelName("", scheme)).toBe("");
});

it("escapes a colon in the name of a label", () => {
  expect(escapeLabelName("a:b_c", "allow-utf-8")).toBe("a:b_c");
  expect(escapeLabelName("a:b_c", "underscores")).toBe("a_b_c");
  expect(escapeLabelName("a:b_c", "dots")).toBe("a__b__c");
  expect(escapeLabelName("a:b_c", "values")).toBe("U__a_3a_b__c");
});

it("makes every name legal", () => {
  fc.assert(
    fc.property(anyName, fc.constantFrom(...escapingSchemes), (name, scheme) => {
      expect(escapeMetricName(name, scheme)).toSatisfy(isLegacyMetricName);
      expect(escapeLabelName(name, scheme)).toSatisfy(isLegacyLabelName);
    }),
  );
});

it("gives back what was escaped by values", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      fc.pre(!isLegacyMetricName(name) || !name.startsWith("U__"));
      expect(unescapeName(escapeMetricName(name, "values"), "values")).toBe(name.toWellFormed());
      fc.pre(!isLegacyLabelName(name));
      expect(unescapeName(escapeLabelName(name, "values"), "values")).toBe(name.toWellFormed());
    }),
  );
});

it("never makes one name of two by values", () => {
  fc.assert(
    fc.property(anyName, anyName, (a, b) => {
      fc.pre(a.toWellFormed() !== b.toWellFormed() && !isLegacyMetricName(a) && !isLegacyMetricName(b));
      expect(escapeMetricName(a, "values")).not.toBe(escapeMetricName(b, "values"));
    }),
  );
});

it("gives back what was escaped by dots, if dots are all that was forbidden", () => {
  const dotted = fc.array(fc.constantFrom("a", "dot", "_", ".", "_dot_", ":"), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(dotted, (parts) => {
      const name = `a.${parts.join("")}`;
      expect(unescapeName(escapeMetricName(name, "dots"), "dots")).toBe(name);
    }),
  );
});

it.each<[string, EscapingScheme, string]>([
  ["a_dot_b__c", "dots", "a.b_c"],
  ["a__dot__b", "dots", "a_dot_b"],
  ["up", "dots", "up"],
  ["http_requests_total", "dots", "http_requests_total"],
  ["a_dot_b_c", "dots", "a_dot_b_c"],
  ["a_dot", "dots", "a_dot"],
  ["a__b.c", "dots", "a__b.c"],
  ["U___82b1__706b_", "values", "花火"],
  ["U__a_2E_b", "values", "a.b"],
  ["U__a_FFFD_", "values", "a\uFFFD"],
  ["U___10ffff_", "values", "\u{10FFFF}"],
  ["a_2e_b", "values", "a_2e_b"],
  ["U__a_", "values", "U__a_"],
  ["U__a_2e", "values", "U__a_2e"],
  ["U__a_xyz_", "values", "U__a_xyz_"],
  ["U__a_110000_", "values", "U__a_110000_"],
  ["U__a_1234567_", "values", "U__a_1234567_"],
  ["U__a_d83d__de00_", "values", "U__a_d83d__de00_"],
  ["U__a_2e_.", "values", "U__a_2e_."],
  ["", "values", ""],
  ["a_b", "underscores", "a_b"],
  ["U__a_2e_b", "allow-utf-8", "U__a_2e_b"],
])("reads %j back by %s as %j", (name, scheme, plain) => {
  expect(unescapeName(name, scheme)).toBe(plain);
});
