// What a program tells the test of what its metrics came to.
const { request } = require("node:http");

/** What a registry says of its metrics. */
exports.ofRegistry = async (registry) => {
  // Else the metrics of garbage collections depend on whether there was one.
  globalThis.gc();
  await new Promise((resolve) => setImmediate(resolve));
  return {
    contentType: registry.contentType,
    text: await registry.metrics(),
    json: await registry.getMetricsAsJSON(),
  };
};

/** What a page of metrics says, whichever library serves it. */
exports.ofPage = async (url) => {
  const { contentType, body } = await exports.fetchPage(url);
  return contentType.startsWith("application/json")
    ? { contentType, json: JSON.parse(body) }
    : { contentType, text: body };
};

/** Asks for a page over a connection of its own, and resolves to the answer when all of it is there. */
exports.fetchPage = (url, { method = "GET", headers = {}, body = "" } = {}) =>
  new Promise((resolve, reject) => {
    request(url, { method, agent: false, headers: { "content-length": Buffer.byteLength(body), ...headers } })
      .once("error", reject)
      .once("response", async (response) => {
        const chunks = await response.toArray();
        const contentType = response.headers["content-type"] ?? "";
        resolve({ status: response.statusCode, contentType, body: Buffer.concat(chunks).toString() });
      })
      .end(body);
  });

/** Prints expositions by their names, and ends the program. */
exports.print = (expositions) => {
  const loaded = Object.keys(require.cache).filter((path) => /[\\/]prom-client[\\/]/.test(path));
  process.stdout.write(JSON.stringify({ expositions, loaded }, keepNonFinite), () => process.exit());
};

/** JSON has no infinities and not-a-numbers, and would make null of them. */
function keepNonFinite(_key, value) {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
