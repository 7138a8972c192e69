import { setMaxListeners } from "node:events";

/** What aborts a signal for any number of listeners, of whom Node.js takes more than ten for a leak and warns. */
export function sharedAbort(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
