/** An object of the API, as JSON has it. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly object[];
    readonly deletionTimestamp?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** Something that happened to an object. */
export interface ClusterEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly version: number;
  readonly object: ApiObject;
  /** What the object was before. */
  readonly before?: ApiObject;
}

/** A container as a test writes it. */
export interface FakeContainer {
  readonly name: string;
  readonly requests?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
  readonly restartPolicy?: "Always";
}

/** A pod as a test writes it. */
export interface FakePod {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly hostIP?: string;
  readonly phase?: string;
  readonly containers?: readonly FakeContainer[];
  readonly initContainers?: readonly FakeContainer[];
  readonly ownerReferences?: readonly object[];
  /** What its containers use, as PodMetrics write it; a pod without has no PodMetrics. */
  readonly usage?: Readonly<Record<string, { readonly cpu: string; readonly memory: string }>>;
}

/** What a kubelet has counted of a container; times in seconds since 1970. */
export interface ContainerCounter {
  readonly cpuSeconds: number;
  readonly memory: number;
  readonly at: number;
  readonly started: number;
}

/** What a fake cluster has, and what has happened to it: as etcd keeps it, with a version that counts every change. */
export class FakeCluster {
  readonly pods = new Map<string, ApiObject>();
  readonly nodes = new Map<string, ApiObject>();
  readonly usage = new Map<string, FakePod["usage"]>();
  /** What the kubelets have counted, by `namespace/pod/container`. */
  readonly counters = new Map<string, ContainerCounter>();
  readonly events: ClusterEvent[] = [];
  /** What is older is forgotten. */
  compactedTo = 0;
  /** The clock of the cluster, in milliseconds since 1970. */
  now: () => number = Date.now;
  #version = 1000;
  #uids = 0;
  readonly #listeners = new Set<(event: ClusterEvent) => void>();

  get version(): number {
    return this.#version;
  }

  /** Has a pod be so from now on: a new one, or the one of that name. */
  setPod(name: string, pod: FakePod): void {
    const { namespace = "default" } = pod;
    const key = `${namespace}/${name}`;
    const before = this.pods.get(key);
    const object = podObject(name, pod, {
      uid: before?.metadata.uid ?? `00000000-0000-4000-8000-${String(++this.#uids).padStart(12, "0")}`,
      resourceVersion: String(++this.#version),
      creationTimestamp: before?.metadata.creationTimestamp ?? this.time(-60_000),
    });
    this.pods.set(key, object);
    if (pod.usage === undefined) this.usage.delete(key);
    else this.usage.set(key, pod.usage);
    const type = before === undefined ? "ADDED" : "MODIFIED";
    this.#tell({ type, version: this.#version, object, ...(before !== undefined && { before }) });
  }

  deletePod(name: string, namespace = "default"): void {
    const key = `${namespace}/${name}`;
    const before = this.pods.get(key)!;
    this.pods.delete(key);
    this.usage.delete(key);
    const metadata = { ...before.metadata, resourceVersion: String(++this.#version) };
    this.#tell({ type: "DELETED", version: this.#version, object: { ...before, metadata }, before });
  }

  setNode(name: string, address: string): void {
    this.nodes.set(name, {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, uid: `node-${name}`, resourceVersion: String(++this.#version), creationTimestamp: this.time() },
      spec: {},
      status: { addresses: [{ type: "InternalIP", address }] },
    });
  }

  /** Forgets what has happened so far. */
  compact(): void {
    // What is not a pod's counts, too, so that who has the newest version of a pod is out of date.
    this.compactedTo = ++this.#version;
    this.events.length = 0;
  }

  /** Calls `listener` with what happens, until the function that is returned is called. */
  listen(listener: (event: ClusterEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A time as the API writes it. */
  time(offsetMilliseconds = 0): string {
    return new Date(this.now() + offsetMilliseconds).toISOString().replace(/\.\d+Z$/, "Z");
  }

  #tell(event: ClusterEvent): void {
    this.events.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}

function podObject(name: string, pod: FakePod, identity: object): ApiObject {
  const { namespace = "default", labels = {}, phase = "Running", containers = [{ name: "app" }], initContainers } = pod;
  const { node = "node-1", hostIP = "127.0.0.1", annotations, ownerReferences } = pod;
  const status = ({ name: of }: FakeContainer): object => ({
    name: of,
    ready: phase === "Running",
    restartCount: 0,
    image: "registry.example/app:1",
    imageID: "",
    state: phase === "Running" ? { running: { startedAt: "2026-01-01T00:00:00Z" } } : { waiting: {} },
  });
  // In the order in which the API server writes fields.
  return {
    kind: "Pod",
    apiVersion: "v1",
    metadata: {
      name,
      namespace,
      ...identity,
      labels,
      ...(annotations && { annotations }),
      ...(ownerReferences && { ownerReferences }),
    } as ApiObject["metadata"],
    spec: {
      containers: containers.map(containerObject),
      ...(initContainers && { initContainers: initContainers.map(containerObject) }),
      ...(node !== "" && { nodeName: node }),
      restartPolicy: "Always",
      dnsPolicy: "ClusterFirst",
    },
    status: {
      phase,
      ...(node !== "" && { hostIP }),
      containerStatuses: containers.map(status),
      ...(initContainers && { initContainerStatuses: initContainers.map(status) }),
    },
  };
}

function containerObject({ name, requests, limits, restartPolicy }: FakeContainer): object {
  return {
    name,
    image: "registry.example/app:1",
    resources: { ...(requests && { requests }), ...(limits && { limits }) },
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: "IfNotPresent",
    ...(restartPolicy && { restartPolicy }),
  };
}
