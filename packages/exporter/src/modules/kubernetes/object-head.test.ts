import { expect, it } from "vitest";
import { headOf } from "./object-head.ts";

const metadata =
  '"metadata":{"name":"web-1","generateName":"web-","namespace":"shop","uid":"u1","resourceVersion":"42","labels":{}}';
const pod = { name: "web-1", namespace: "shop", uid: "u1", resourceVersion: "42" };

it.each([
  [`{${metadata},"spec":{}}`, pod],
  [`{"type":"MODIFIED","object":{"kind":"Pod","apiVersion":"v1",${metadata}}}`, pod],
  [
    '{"metadata":{"name":"web-1","namespace":"shop","creationTimestamp":null}}',
    { ...pod, uid: undefined, resourceVersion: undefined },
  ],
  // What has to be looked at as a whole: bookmarks, errors, another order, and anything that is not as it always is.
  [`{"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"42"}}}`, undefined],
  [`{"type":"ERROR","object":{"kind":"Status"}}`, undefined],
  [`{"spec":{},${metadata}}`, undefined],
  ['{"metadata":{"labels":{},"name":"web-1","namespace":"shop"}}', undefined],
  ['{"metadata":{"name":"web\\"1","namespace":"shop"}}', undefined],
  ["", undefined],
])("%.60s begins with %j", (text, head) => {
  expect(headOf(Buffer.from(text))).toEqual(head);
});
