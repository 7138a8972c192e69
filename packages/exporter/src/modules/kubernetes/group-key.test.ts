import { describe, expect, it } from "vitest";
import { labelNamesOf, parseGroupKey } from "./group-key.ts";

const namesOf = (...keys: string[]): string[] => labelNamesOf(keys.map(parseGroupKey)).flat();

describe("labels are named as by kube-state-metrics", () => {
  it.each([
    [["label:app"], ["label_app"]],
    [["label:app.kubernetes.io/name"], ["label_app_kubernetes_io_name"]],
    [["label:teamName"], ["label_team_name"]],
    [["label:HTTPServer"], ["label_httpserver"]],
    [["annotation:example.com/Cost-Center"], ["annotation_example_com_cost_center"]],
    [
      ["namespace", "node", "pod", "owner"],
      ["namespace", "node", "pod", "owner_kind", "owner_name"],
    ],
    // In the order of the alphabet, whatever the order in which they are asked for.
    [
      ["label:foo_bar", "label:foo.bar", "label:x", "label:foo-bar"],
      ["label_foo_bar_conflict3", "label_foo_bar_conflict2", "label_x", "label_foo_bar_conflict1"],
    ],
    [
      ["label:a-b", "annotation:a.b"],
      ["label_a_b", "annotation_a_b"],
    ],
  ])("%j are %j", (keys, names) => {
    expect(namesOf(...keys)).toEqual(names);
  });
});

describe("what is no key is told with the remedy", () => {
  it.each(["app", "labels:app", "Namespace", ""])("%j", (text) => {
    expect(() => parseGroupKey(text)).toThrow(
      "is no key; use label:NAME, annotation:NAME, namespace, node, owner or pod",
    );
  });
  it.each(["label:", "label:-a", "label:a/b/c", "label:ä", `label:${"a".repeat(64)}`])("%j", (text) => {
    expect(() => parseGroupKey(text)).toThrow("names no key that labels of Kubernetes can have");
  });
});
