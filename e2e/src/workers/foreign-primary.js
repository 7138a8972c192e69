// A cluster whose primary knows nothing of metrics, as that of PM2 does: it starts workers, replaces those that end, and
// tells its parent what they counted.
import cluster from "node:cluster";
import { fileURLToPath } from "node:url";

cluster.setupPrimary({ exec: fileURLToPath(new URL("counting-worker.js", import.meta.url)) });
for (let i = 0; i < Number(process.argv[2]); i++) cluster.fork();

let finishing = false;
/** Those that listen to what they are told. */
const ready = new Set();
cluster.on("message", (worker, message) => {
  if (!message.ready) process.send(message);
  else if (finishing) worker.send({ action: "finish" });
  else ready.add(worker);
});
cluster.on("exit", (worker) => {
  ready.delete(worker);
  if (!finishing) cluster.fork();
  else if (Object.keys(cluster.workers).length === 0) process.disconnect();
});

const actions = {
  kill: (worker) => worker?.process.kill("SIGKILL"),
  replace: (worker) => worker?.send({ action: "finish" }),
  finish() {
    finishing = true;
    for (const worker of ready) worker.send({ action: "finish" });
  },
};
process.on("message", ({ action }) => actions[action]?.([...ready][0]));
