// Node.js takes about half a millisecond for each module that it imports. What is published is therefore one file for each
// entry, made of what tsc wrote, with the parts that entries share in files of their own.
export default {
  input: {
    cluster: "dist/cluster/index.js",
    express: "dist/express/index.js",
    fastify: "dist/fastify/index.js",
    fetch: "dist/fetch/index.js",
    hono: "dist/hono/index.js",
    http: "dist/http/index.js",
    index: "dist/index.js",
    koa: "dist/koa/index.js",
    nest: "dist/nest/index.js",
    opentelemetry: "dist/opentelemetry/index.js",
    parse: "dist/parse/index.js",
    series: "dist/series.js",
    testing: "dist/testing/index.js",
    "worker-threads": "dist/worker-threads/index.js",
  },
  external: [/^@nestjs\//, /^@opentelemetry\//, /^hono\//, /^node:/],
  output: { dir: "dist/bundle", chunkFileNames: "shared-[name].js" },
};
