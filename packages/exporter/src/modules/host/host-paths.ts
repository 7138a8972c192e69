/** Where a host's own file systems are mounted: elsewhere in a container that was given them. */
export interface HostPaths {
  readonly procfs: string;
  readonly sysfs: string;
  /** What the host calls `/`. */
  readonly rootfs: string;
  /** Where udev keeps what it knows of devices. Default: `run/udev/data` below `rootfs`. */
  readonly udevData?: string | undefined;
}

/** Where they are on the host itself. */
export const defaultPaths: HostPaths = { procfs: "/proc", sysfs: "/sys", rootfs: "/" };
