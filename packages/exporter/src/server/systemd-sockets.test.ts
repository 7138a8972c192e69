import { expect, it } from "vitest";
import { systemdSockets } from "./systemd-sockets.ts";

it("are numbered from 3, as many as systemd says", () => {
  expect(systemdSockets({ LISTEN_FDS: "2", LISTEN_PID: "77" }, 77)).toEqual([3, 4]);
});

it.each([
  [{}, 'LISTEN_FDS is ""'],
  [{ LISTEN_FDS: "0", LISTEN_PID: "77" }, 'LISTEN_FDS is "0"'],
  [{ LISTEN_FDS: "x", LISTEN_PID: "77" }, 'LISTEN_FDS is "x"'],
  [{ LISTEN_FDS: "1", LISTEN_PID: "78" }, 'LISTEN_PID is "78" and this process 77'],
])("are missed with a sentence when the environment is %j", (env, why) => {
  const missed = expect.objectContaining({ code: "listen_failed", message: expect.stringContaining(why) });
  expect(() => systemdSockets(env, 77)).toThrow(missed);
});
