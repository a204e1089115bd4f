import { stringify } from 'yaml';
import {
  closedFolders,
  imageReference,
  kubeSecretName,
  type Mount,
  type Platform,
  probeCommand,
  type SecretId,
  type Service,
  selinuxFileType,
  selinuxType,
} from './platform.ts';
import { kubeSecret } from './secret.ts';

/** kube play passes over `securityContext.seccompProfile`: this is the form that it reads. */
export const seccompAnnotation = 'container.seccomp.security.alpha.kubernetes.io';

/** How one pod file differs from the live one. */
export interface Variant {
  file: string;
  podName: string;
  hostPort: number;
  subnet: string;
  purpose: string;
  /** Sources mounted from the folder that `podman kube play` is typed in, restarted by `node --watch`. */
  hotReload: boolean;
  /** Its secrets come with the file itself, and its volumes are its own, to be removed with it. */
  throwAway: boolean;
}

export const variants: readonly Variant[] = [
  {
    file: 'ai-semble.yaml',
    podName: 'ai-semble',
    hostPort: 8080,
    subnet: '10.88.0.0/24',
    purpose: 'The platform, for hosts without systemd or with podman < 5.3: `make deploy` plays it.',
    hotReload: false,
    throwAway: false,
  },
  {
    file: 'ai-semble-dev.yaml',
    podName: 'ai-semble-dev',
    hostPort: 8090,
    subnet: '10.88.2.0/24',
    purpose: 'Sources mounted, services restart when they change: podman kube play pods/ai-semble-dev.yaml',
    hotReload: true,
    throwAway: false,
  },
  {
    file: 'ai-semble-test.yaml',
    podName: 'ai-semble-test',
    hostPort: 18080,
    subnet: '10.88.1.0/24',
    purpose: 'A complete platform with throw-away volumes, beside a live one: `make integration-test`.',
    hotReload: false,
    throwAway: true,
  },
];

/** Secrets of the throw-away pod: published on purpose, good for nothing else. */
export const testSecrets: Readonly<Record<SecretId, string>> = {
  'api-key': 'aiSembleTestKey0aiSembleTestKey0aiSembleTestKey0',
  'postgres-password': 'aiSembleTestPgPwaiSembleTestPgPwaiSembleTestPgPw',
};

interface KubeVolume {
  name: string;
  [source: string]: unknown;
}

export function renderPod(platform: Platform, variant: Variant): string {
  const documents: unknown[] = [];
  if (variant.throwAway) {
    for (const secret of Object.keys(testSecrets) as SecretId[]) {
      documents.push(kubeSecret(kubeSecretName(variant.podName, secret), testSecrets[secret]));
    }
  }
  documents.push(pod(platform, variant));
  const head = `# Rendered from lib/platform.ts by \`make manifests\`: change it there.\n# ${variant.purpose}\n`;
  return head + documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n');
}

function pod(platform: Platform, variant: Variant): object {
  const volumes = new Map<string, KubeVolume>();
  const containers = platform.services.map((service) => container(platform, variant, service, volumes));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: variant.podName,
      labels: { 'app.kubernetes.io/name': platform.name, 'app.kubernetes.io/instance': variant.podName },
      annotations: Object.fromEntries(platform.services.flatMap((s) => annotations(variant, s))),
    },
    spec: {
      restartPolicy: 'Always',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: platform.stopSeconds,
      containers,
      volumes: [...volumes.values()],
    },
  };
}

function annotations({ hotReload }: Variant, service: Service): Array<[string, string]> {
  const { name, pids } = service;
  const limit: [string, string] = [`io.podman.annotations.pids-limit/${name}`, String(pids)];
  // Typed by hand, `podman kube play` would look for the profiles in a folder of its own. And podman labels sources,
  // which the services share, as it does root file systems: where they are mounted, these keep podman's own type.
  if (hotReload) return [limit];
  return [
    limit,
    [`${seccompAnnotation}/${name}`, `localhost/${name}.json`],
    // Kubernetes has no field for the type of the files.
    [`io.podman.annotations.label/${name}`, `filetype:${selinuxFileType(service)}`],
  ];
}

function container(
  platform: Platform,
  variant: Variant,
  service: Service,
  volumes: Map<string, KubeVolume>,
): object {
  const published =
    service.healthPort === platform.published.containerPort
      ? [
          {
            containerPort: platform.published.containerPort,
            hostPort: variant.hostPort,
            hostIP: platform.published.ip,
          },
        ]
      : [];
  return {
    name: service.name,
    image: imageReference(service.image),
    imagePullPolicy: 'Never',
    ...(variant.hotReload ? { args: watchArguments(service) } : {}),
    ...(published.length > 0 ? { ports: published } : {}),
    env: Object.entries(service.env).map(([name, value]) => ({ name, value })),
    securityContext: hardening(platform, service),
    resources: { limits: { memory: quantity(service.memoryMebibytes) } },
    livenessProbe: {
      exec: { command: probeCommand(service) },
      initialDelaySeconds: 60,
      periodSeconds: 30,
      timeoutSeconds: 60,
      failureThreshold: 3,
    },
    volumeMounts: [
      ...service.mounts.map((mount) => dataMount(variant, mount, volumes)),
      ...service.secrets.map((secret) => secretMount(variant, secret, volumes)),
      ...service.scratch.map((scratch) => scratchMount(variant, service, scratch, volumes)),
      ...closedMounts(variant, volumes),
      ...(variant.hotReload ? sourceMounts(service, volumes) : []),
    ],
  };
}

function hardening(platform: Platform, service: Service): object {
  return {
    runAsUser: service.uid,
    runAsGroup: service.uid,
    runAsNonRoot: true,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    privileged: false,
    capabilities: { drop: ['ALL'] },
    seLinuxOptions: { type: selinuxType(service), level: platform.selinuxLevel },
  };
}

function dataMount(variant: Variant, mount: Mount, volumes: Map<string, KubeVolume>): object {
  const shared = mount.volume === 'models' && !variant.throwAway;
  const claimName = `${shared ? 'ai-semble' : variant.podName}-${mount.volume}`;
  volumes.set(mount.volume, { name: mount.volume, persistentVolumeClaim: { claimName } });
  return { name: mount.volume, mountPath: mount.path, ...(mount.readOnly ? { readOnly: true } : {}) };
}

function secretMount(variant: Variant, secret: SecretId, volumes: Map<string, KubeVolume>): object {
  const owner = variant.throwAway ? variant.podName : 'ai-semble';
  // podman 4.3 panics where `optional` is left out.
  volumes.set(secret, {
    name: secret,
    secret: { secretName: kubeSecretName(owner, secret), optional: false },
  });
  return { name: secret, mountPath: `/run/secrets/${secret}`, readOnly: true };
}

/** podman 4 makes an emptyDir a named volume, shared by every pod that says the same name: hence the pod's in it. */
function scratchMount(
  variant: Variant,
  service: Service,
  { path, mebibytes }: Service['scratch'][number],
  volumes: Map<string, KubeVolume>,
): object {
  const name = `${variant.podName}-${service.name}${path.replaceAll('/', '-')}`;
  volumes.set(name, { name, emptyDir: { medium: 'Memory', sizeLimit: `${mebibytes}Mi` } });
  return { name, mountPath: path };
}

function closedMounts({ podName }: Variant, volumes: Map<string, KubeVolume>): object[] {
  const name = `${podName}-shm`;
  volumes.set(name, { name, emptyDir: { medium: 'Memory', sizeLimit: `${closedFolders.mebibytes}Mi` } });
  return closedFolders.kube.map((mountPath) => ({ name, mountPath, readOnly: true }));
}

function sourceMounts(service: Service, volumes: Map<string, KubeVolume>): object[] {
  const mounts = [
    ['base-kit', './containers/base/kit', '/app/base/kit'],
    [`${service.image}-src`, `./containers/${service.image}/src`, `/app/${service.image}/src`],
  ] as const;
  return mounts.map(([name, path, mountPath]) => {
    volumes.set(name, { name, hostPath: { path, type: 'Directory' } });
    // Podman's own form: without a label SELinux would deny the sources to the container.
    return { name, mountPath: `${mountPath}:z`, readOnly: true };
  });
}

function watchArguments(service: Service): string[] {
  return ['node', '--watch', '--watch-preserve-output', `/app/${service.image}/src/main.ts`];
}

function quantity(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}
