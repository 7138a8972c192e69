/** What is read of the metadata of any object of the API. All of it comes from elsewhere, so that anything may be missing. */
export interface ObjectMeta {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly annotations?: Readonly<Record<string, string>> | null;
  readonly ownerReferences?: readonly {
    readonly kind?: string;
    readonly name?: string;
    readonly controller?: boolean;
  }[];
}

/** Amounts of resources by their names. */
export type ResourceList = Readonly<Record<string, unknown>> | null;

export interface Resources {
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
}

export interface ContainerObject {
  readonly name?: string;
  readonly resources?: Resources;
  /** `Always` makes an init container a sidecar. */
  readonly restartPolicy?: string;
}

interface ContainerStatus {
  readonly name?: string;
  readonly state?: { readonly running?: object | null };
  /** What it has, which is another amount than its spec has while it is resized. */
  readonly resources?: Resources | null;
  /** What the node has agreed to. */
  readonly allocatedResources?: ResourceList;
}

/** What is read of a Pod. */
export interface PodObject {
  readonly metadata?: ObjectMeta;
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly ContainerObject[];
    readonly initContainers?: readonly ContainerObject[];
    readonly overhead?: ResourceList;
    readonly resources?: Resources;
  };
  readonly status?: {
    readonly phase?: string;
    readonly hostIP?: string;
    readonly conditions?: readonly { readonly type?: string; readonly reason?: string }[] | null;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** What is read of a PodMetrics of `metrics.k8s.io`. */
export interface PodMetricsObject {
  readonly metadata?: ObjectMeta;
  readonly timestamp?: string;
  readonly containers?: readonly { readonly name?: string; readonly usage?: ResourceList }[];
}
