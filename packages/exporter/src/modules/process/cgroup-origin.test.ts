import { describe, expect, it } from "vitest";
import { originOf } from "./cgroup-origin.ts";

const uid = "3c1dd1b5-7a4e-4f0a-9d8a-0a1b2c3d4e5f";
const underscored = uid.replaceAll("-", "_");
const id = "0123456789abcdef".repeat(4);
const hash = "0123456789abcdef".repeat(2);

describe("the pod and container of a cgroup's path", () => {
  it.each([
    ["cgroupfs driver", `/kubepods/burstable/pod${uid}/${id}`, uid],
    ["cgroupfs driver, guaranteed", `/kubepods/pod${uid}/${id}`, uid],
    [
      "systemd driver, containerd",
      `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${underscored}.slice/cri-containerd-${id}.scope`,
      uid,
    ],
    ["systemd driver, CRI-O", `/kubepods.slice/kubepods-pod${underscored}.slice/crio-${id}.scope`, uid],
    [
      "systemd driver, Docker",
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${underscored}.slice/docker-${id}.scope`,
      uid,
    ],
    [
      "containerd told the other driver",
      `/system.slice/containerd.service/kubepods-burstable-pod${underscored}.slice:cri-containerd:${id}`,
      uid,
    ],
    ["a kubelet in a container", `/docker/${id}/kubelet/kubepods/besteffort/pod${uid}/${id}`, uid],
    [
      "a slice of the kubelet",
      `/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod${underscored}.slice/cri-containerd-${id}.scope`,
      uid,
    ],
    ["a static pod", `/kubepods/burstable/pod${hash}/${id}`, hash],
    ["no pod", `/docker/${id}`, ""],
    ["a name that only looks like one", `/user.slice/pod${uid}/${id}`, ""],
  ])("of %s", (_, path, pod) => {
    expect(originOf([path])).toMatchObject({ pod, container: id });
    expect(originOf(["/", path, "/init.scope"])).toMatchObject({ pod, container: id });
  });
});

it.each([
  ["/system.slice/nginx.service", "nginx.service"],
  ["/system.slice/nginx.service/worker", "nginx.service"],
  ["/user.slice/user-1000.slice/user@1000.service/app.slice/app-shell.scope", "app-shell.scope"],
  [String.raw`/system.slice/system-getty.slice/a\x2db.service`, "a-b.service"],
  ["/user.slice", ""],
  ["/", ""],
  [`/${"x/".repeat(4096)}a.service`, ""],
])("the unit of %s is %s", (path, unit) => {
  expect(originOf([path]).unit).toBe(unit);
});
