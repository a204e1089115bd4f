/**
 * The single description of what runs: services, images, volumes, limits, hardening.
 * `make manifests` renders it to pods/ and quadlets/; nothing else may say these things again.
 */

export const imageNames = ['base', 'orchestrator', 'ai-services', 'data-processor', 'postgres'] as const;
export type ImageName = (typeof imageNames)[number];

export type VolumeId = 'data' | 'models' | 'postgres';
export type SecretId = 'api-key' | 'postgres-password';

export interface Mount {
  volume: VolumeId;
  path: string;
  readOnly: boolean;
}

export interface Service {
  /** Container `ai-semble-<name>`, and the `service` field of every log line. */
  name: string;
  summary: string;
  image: ImageName;
  /** Numeric user and group inside the container; never 0. */
  uid: number;
  /** Port inside the pod that answers GET /healthz and /readyz. */
  healthPort: number;
  env: Readonly<Record<string, string>>;
  mounts: readonly Mount[];
  secrets: readonly SecretId[];
  /** Writable folders beside the volumes; gone with the container. */
  scratch: readonly { path: string; mebibytes: number }[];
  memoryMebibytes: number;
  pids: number;
  /** Ports of other services that it connects to, beside the language models' own, which the kernel picks. */
  asks: readonly number[];
  /** Services that are started first. */
  after: readonly string[];
}

export interface Platform {
  name: string;
  registry: string;
  network: {
    subnet: string;
    gateway: string;
    /**
     * First and last port of those that the kernel picks in the pod. Debian's and Fedora's SELinux policies have names
     * for others between 32768 and 60999, and the gateway may connect to those without, for the models' servers.
     */
    pickedPorts: readonly [number, number];
  };
  /** The only way in. */
  published: { ip: string; hostPort: number; containerPort: number };
  /** One MCS level for the whole pod: what its containers share stays shared. */
  selinuxLevel: string;
  /** Seconds between SIGTERM and SIGKILL. */
  stopSeconds: number;
  services: readonly Service[];
}

/**
 * Read-only folders where podman would mount some that all containers of the pod may write to: no service hands another
 * anything there.
 */
export const closedFolders = {
  quadlet: ['/dev/shm', '/dev/mqueue'],
  /** podman 4 mounts a volume and its own /dev/mqueue at the same place, in whichever order. */
  kube: ['/dev/shm'],
  mebibytes: 1,
} as const;

const app = 10001;
const tmp = { path: '/tmp', mebibytes: 64 };

export const platform: Platform = {
  name: 'ai-semble',
  registry: 'localhost/ai-semble',
  network: { subnet: '10.88.0.0/24', gateway: '10.88.0.1', pickedPorts: [52_000, 59_999] },
  published: { ip: '127.0.0.1', hostPort: 8080, containerPort: 8080 },
  selinuxLevel: 's0:c88,c808',
  stopSeconds: 30,
  services: [
    {
      name: 'postgres',
      summary: 'workflow state and vectors (PostgreSQL with pgvector)',
      image: 'postgres',
      uid: 70,
      healthPort: 9432,
      env: {},
      mounts: [{ volume: 'postgres', path: '/var/lib/postgresql', readOnly: false }],
      secrets: ['postgres-password'],
      scratch: [tmp, { path: '/run/postgresql', mebibytes: 1 }],
      memoryMebibytes: 1024,
      pids: 256,
      asks: [],
      after: [],
    },
    {
      name: 'llm',
      summary: "language models (llama.cpp's router under supervision)",
      image: 'ai-services',
      uid: app,
      healthPort: 9081,
      env: { AI_ROLE: 'llm' },
      mounts: [{ volume: 'models', path: '/models', readOnly: true }],
      secrets: [],
      scratch: [tmp],
      memoryMebibytes: 8192,
      pids: 512,
      asks: [],
      after: [],
    },
    {
      name: 'vision',
      summary: 'vision models',
      image: 'ai-services',
      uid: app,
      healthPort: 8082,
      env: { AI_ROLE: 'vision' },
      mounts: [{ volume: 'models', path: '/models', readOnly: true }],
      secrets: [],
      scratch: [tmp],
      memoryMebibytes: 2048,
      pids: 256,
      asks: [8084],
      after: [],
    },
    {
      name: 'nlp',
      summary: 'natural-language models',
      image: 'ai-services',
      uid: app,
      healthPort: 8083,
      env: { AI_ROLE: 'nlp' },
      mounts: [{ volume: 'models', path: '/models', readOnly: true }],
      secrets: [],
      scratch: [tmp],
      memoryMebibytes: 2048,
      pids: 256,
      asks: [],
      after: [],
    },
    {
      name: 'data-processor',
      summary: 'data workflows (DuckDB, durable through DBOS)',
      image: 'data-processor',
      uid: app,
      healthPort: 8084,
      // DuckDB's queries hold threads of Node's pool, which files and names need too.
      env: { UV_THREADPOOL_SIZE: '16' },
      mounts: [{ volume: 'data', path: '/data', readOnly: false }],
      secrets: ['postgres-password'],
      scratch: [tmp],
      memoryMebibytes: 2048,
      pids: 256,
      asks: [5432],
      after: ['postgres'],
    },
    {
      name: 'orchestrator',
      summary: 'the gateway: the only published port',
      image: 'orchestrator',
      uid: app,
      healthPort: 8080,
      env: {},
      mounts: [],
      secrets: ['api-key'],
      scratch: [tmp],
      memoryMebibytes: 512,
      pids: 128,
      asks: [8082, 8083, 8084, 9081, 9432],
      after: ['llm', 'vision', 'nlp', 'data-processor'],
    },
  ],
};

/** SELinux type of a service's process, declared in security/selinux. */
export function selinuxType(service: Pick<Service, 'name'>): string {
  return `ai_semble_${service.name.replaceAll('-', '_')}_t`;
}

/** SELinux type of what podman labels for a service: its root file system, scratch, secrets, and `:Z` volumes. */
export function selinuxFileType(service: Pick<Service, 'name'>): string {
  return selinuxType(service).replace(/_t$/, '_file_t');
}

/** What writes the models volume, and what lies in it: no service does more than read it. */
export const modelsSelinux = { type: 'ai_semble_models_t', fileType: 'ai_semble_models_file_t' } as const;

/** SELinux type of what lies in a volume. */
export function volumeFileType(volume: VolumeId): string {
  const writer = platform.services.find(({ mounts }) =>
    mounts.some((mount) => mount.volume === volume && !mount.readOnly),
  );
  return writer ? selinuxFileType(writer) : modelsSelinux.fileType;
}

/** Where a secret appears inside a container. */
export function secretPath(secret: SecretId): string {
  return `/run/secrets/${secret}/value`;
}

/** The podman secret that holds the bare value, for Quadlets. */
export function secretName(podName: string, secret: SecretId): string {
  return `${podName}-${secret}`;
}

/** The podman secret that holds the same value wrapped as a Kubernetes Secret, for `kube play`. */
export function kubeSecretName(podName: string, secret: SecretId): string {
  return `${podName}-${secret}-kube`;
}

export function imageReference(image: ImageName, tag = 'latest'): string {
  return `${platform.registry}/${image}:${tag}`;
}

/** The argument vector that a health probe runs inside a container: needs neither curl nor nc. */
export function probeCommand(service: Service): string[] {
  return ['node', '/app/base/kit/probe.mjs', `http://127.0.0.1:${service.healthPort}/healthz`];
}
