/** How many pods there are of one Deployment. */
const podsOfADeployment = 40;

/** The JSON of a pod as the API server has it in a list, of some 6 kB with all that nobody asks for. */
export function simulatedPod(i: number, version: number): string {
  const deployment = Math.floor(i / podsOfADeployment);
  const hash = (0x5d4f0000 + deployment).toString(16);
  const name = nameOf(i);
  const labels = {
    app: `app-${deployment}`,
    "app.kubernetes.io/name": `app-${deployment}`,
    "app.kubernetes.io/part-of": `team-${deployment % 25}`,
    "pod-template-hash": hash,
    version: String(version % 7),
  };
  const containers = ["app", "proxy"].map((container) => ({
    name: container,
    image: `registry.example.com/team-${deployment % 25}/${container}:1.${deployment}.0`,
    args: ["--listen=:8080", `--config=/etc/${container}/config.yml`, "--log.format=json"],
    env: Array.from({ length: 12 }, (_, at) => ({ name: `SETTING_${at}`, value: `value-${deployment}-${at}` })),
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    volumeMounts: [
      { name: "kube-api-access-x7k2p", readOnly: true, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" },
    ],
    livenessProbe: { httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" }, timeoutSeconds: 1, periodSeconds: 10 },
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: "IfNotPresent",
  }));
  const fields = Object.fromEntries(Object.keys(labels).map((key) => [`f:${key}`, {}]));
  return JSON.stringify({
    metadata: {
      name,
      generateName: `app-${deployment}-${hash}-`,
      namespace: namespaceOf(i),
      uid: `8f14e45f-ceea-467f-a1d0-${String(i).padStart(12, "0")}`,
      resourceVersion: String(version),
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels,
      annotations: {
        "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z",
        "example.com/checksum": hash.repeat(8),
      },
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          name: `app-${deployment}-${hash}`,
          uid: hash,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: ["kube-controller-manager", "kubelet"].map((manager) => ({
        manager,
        operation: "Update",
        apiVersion: "v1",
        time: "2026-01-01T00:00:00Z",
        fieldsType: "FieldsV1",
        fieldsV1: {
          "f:metadata": { "f:labels": fields },
          "f:spec": { "f:containers": { 'k:{"name":"app"}': { ".": {}, "f:image": {} } } },
        },
      })),
    },
    spec: {
      volumes: [
        {
          name: "kube-api-access-x7k2p",
          projected: {
            sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: "token" } }],
            defaultMode: 420,
          },
        },
      ],
      containers,
      restartPolicy: "Always",
      nodeName: `node-${i % 400}`,
      tolerations: [
        { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
      ],
    },
    status: {
      phase: "Running",
      conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
        type,
        status: "True",
        lastProbeTime: null,
        lastTransitionTime: "2026-01-01T00:00:00Z",
      })),
      hostIP: `10.0.${Math.floor((i % 400) / 250)}.${i % 250}`,
      podIP: `10.8.${Math.floor(i / 250)}.${i % 250}`,
      startTime: "2026-01-01T00:00:00Z",
      containerStatuses: containers.map(({ name: container, image }) => ({
        name: container,
        state: { running: { startedAt: "2026-01-01T00:00:10Z" } },
        lastState: {},
        ready: true,
        restartCount: 0,
        image,
        imageID: `${image}@sha256:${hash.repeat(8)}`,
        containerID: `containerd://${hash.repeat(8)}`,
        started: true,
      })),
      qosClass: "Burstable",
    },
  });
}

/** The JSON of a pod's PodMetrics. */
export function simulatedPodMetrics(i: number, time: string): string {
  const containers = ["app", "proxy"].map((name, at) => ({
    name,
    usage: {
      cpu: `${1_234_567 + ((i * 7919 + at) % 50_000_000)}n`,
      memory: `${20_000 + ((i * 104_729 + at) % 100_000)}Ki`,
    },
  }));
  const metadata = { name: nameOf(i), namespace: namespaceOf(i), creationTimestamp: time };
  return JSON.stringify({ metadata, timestamp: time, window: "15.1s", containers });
}

function nameOf(i: number): string {
  return `app-${Math.floor(i / podsOfADeployment)}-${(i * 2_654_435_761).toString(36)}`;
}

function namespaceOf(i: number): string {
  return `team-${Math.floor(i / podsOfADeployment) % 25}`;
}
