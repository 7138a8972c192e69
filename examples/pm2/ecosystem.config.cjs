// What `pm2 start ecosystem.config.cjs` runs. PM2's own process starts the workers, so one more app collects their metrics:
// http://localhost:9999/metrics. The environment tells the workers where it listens.
const { join } = require("node:path");

const env = { EXPORTERKIT_METRICS_SOCKET: join(__dirname, "metrics.sock") };

module.exports = {
  apps: [
    { name: "metrics", script: join(__dirname, "dist/collector.js"), exec_mode: "fork", env },
    { name: "app", script: join(__dirname, "dist/app.js"), exec_mode: "cluster", instances: "max", env },
  ],
};
