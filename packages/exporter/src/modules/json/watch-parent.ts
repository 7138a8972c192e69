import { workerData } from "node:worker_threads";

// What the thread runs that ends this process once the one that it works for is gone, however that ended. The main thread may be
// busy for ever, and hears of nothing.
const parent = workerData as number;

function isAlive(): boolean {
  // Where processes have no new parent, the old one can still be asked for.
  if (process.ppid !== parent) return false;
  try {
    process.kill(parent, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

setInterval(() => {
  if (!isAlive()) process.kill(process.pid, "SIGKILL");
}, 1000);
