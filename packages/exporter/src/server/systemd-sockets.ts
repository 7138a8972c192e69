import { ExporterError } from "../exporter-error.ts";

/** The first file descriptor that systemd hands over. */
const firstSocket = 3;

/**
 * The file descriptors of the sockets that systemd, or a program that does as it does, has opened for this process: it says
 * so by the variables `LISTEN_FDS` and `LISTEN_PID`. Throws an {@link ExporterError} if there are none.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
 */
export function systemdSockets(env: NodeJS.ProcessEnv = process.env, pid: number = process.pid): number[] {
  const { LISTEN_FDS: count = "", LISTEN_PID: owner = "" } = env;
  if (owner !== String(pid) || !/^[1-9]\d{0,3}$/.test(count)) {
    const why =
      owner === "" || owner === String(pid)
        ? `LISTEN_FDS is ${JSON.stringify(count)}`
        : `LISTEN_PID is ${JSON.stringify(owner)} and this process ${pid}`;
    throw new ExporterError(
      "listen_failed",
      `No socket was handed over by systemd: ${why}. Start the service by its socket unit, or name addresses to listen on.`,
    );
  }
  return Array.from({ length: Number(count) }, (_, index) => firstSocket + index);
}
