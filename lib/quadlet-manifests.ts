import {
  closedFolders,
  imageReference,
  type Mount,
  type Platform,
  probeCommand,
  type Service,
  secretName,
  secretPath,
  selinuxFileType,
  selinuxType,
} from './platform.ts';
import { renderUnit, type Section } from './unit-file.ts';

const header = ['Rendered from lib/platform.ts by `make manifests`: change it there.'];
const noDefaults: Section = {
  name: 'Quadlet',
  // The first start of a rootless unit would otherwise wait 90 s for a network that needs no waiting for.
  // https://github.com/containers/podman/issues/24796
  entries: [['DefaultDependencies', 'false']],
};

/** File name → text of every unit in quadlets/. */
export function renderQuadlets(platform: Platform): Map<string, string> {
  const { name } = platform;
  const files = new Map<string, string>();
  files.set(`${name}.network`, renderUnit(header, networkUnit(platform)));
  for (const volume of volumesOf(platform)) {
    files.set(`${name}-${volume}.volume`, renderUnit(header, volumeUnit(name, volume)));
  }
  files.set(`${name}.pod`, renderUnit(header, podUnit(platform)));
  for (const service of platform.services) {
    files.set(`${name}-${service.name}.container`, renderUnit(header, containerUnit(platform, service)));
  }
  return files;
}

export function volumesOf(platform: Platform): string[] {
  return [
    ...new Set(platform.services.flatMap((service) => service.mounts.map((mount) => mount.volume))),
  ].sort();
}

/** `[Pod]` lines that publish the gateway; also what a drop-in for another address holds. */
export function publishEntries(published: Platform['published']): Array<[string, string]> {
  return [['PublishPort', `${published.ip}:${published.hostPort}:${published.containerPort}`]];
}

function networkUnit({ name, network }: Platform): Section[] {
  return [
    { name: 'Unit', entries: [['Description', 'Ai-semble network: no way out of the pod']] },
    {
      name: 'Network',
      entries: [
        ['NetworkName', name],
        ['#', "ai-semble-ignore subnet-default-network: setup moves podman's default network out of the way"],
        ['Subnet', network.subnet],
        ['Gateway', network.gateway],
        ['Internal', 'true'],
        // podman 4's name server would ask the host's for anything: a way out by questions.
        ['DisableDNS', 'true'],
      ],
    },
    noDefaults,
  ];
}

function volumeUnit(name: string, volume: string): Section[] {
  return [
    { name: 'Unit', entries: [['Description', `Ai-semble volume: ${volume}`]] },
    { name: 'Volume', entries: [['VolumeName', `${name}-${volume}`]] },
    noDefaults,
  ];
}

function podUnit(platform: Platform): Section[] {
  return [
    { name: 'Unit', entries: [['Description', 'Ai-semble: private AI platform']] },
    {
      name: 'Pod',
      entries: [
        ['PodName', platform.name],
        // Makes `systemctl --user start ai-semble.pod` and `journalctl --user -u ai-semble.pod` work as typed.
        ['ServiceName', `${platform.name}.pod`],
        ['Network', `${platform.name}.network`],
        ...publishEntries(platform.published),
        // Without it the infra container gets a random category pair and the pod's files lock each other out.
        ['PodmanArgs', `--security-opt label=level:${platform.selinuxLevel}`],
        ['PodmanArgs', `"--sysctl=net.ipv4.ip_local_port_range=${platform.network.pickedPorts.join(' ')}"`],
      ],
    },
    noDefaults,
    { name: 'Install', entries: [['WantedBy', 'default.target']] },
  ];
}

function containerUnit(platform: Platform, service: Service): Section[] {
  const { name } = platform;
  const after = service.after.map((other) => `${name}-${other}.service`).join(' ');
  return [
    {
      name: 'Unit',
      entries: [
        ['Description', `Ai-semble ${service.name}: ${service.summary}`],
        ...(after ? ([['After', after]] as Array<[string, string]>) : []),
      ],
    },
    {
      name: 'Container',
      entries: [
        ['ContainerName', `${name}-${service.name}`],
        ['Image', imageReference(service.image)],
        ['Pull', 'never'],
        ['Pod', `${name}.pod`],
        ['User', String(service.uid)],
        ['Group', String(service.uid)],
        ...Object.entries(service.env).map(([k, v]): [string, string] => ['Environment', `${k}=${v}`]),
        ...service.secrets.map((secret): [string, string] => [
          'Secret',
          `${secretName(name, secret)},type=mount,target=${secretPath(secret)},uid=${service.uid},gid=${service.uid},mode=0400`,
        ]),
        ...service.mounts.map((mount): [string, string] => ['Volume', volumeArgument(name, mount)]),
        ['ReadOnly', 'true'],
        ['ReadOnlyTmpfs', 'false'],
        ...service.scratch.map(({ path, mebibytes }): [string, string] => [
          'Tmpfs',
          `${path}:rw,noexec,nosuid,nodev,size=${mebibytes}m,mode=1777`,
        ]),
        ...closedFolders.quadlet.map((path): [string, string] => [
          'Tmpfs',
          `${path}:ro,noexec,nosuid,nodev,size=${closedFolders.mebibytes}m`,
        ]),
        ['DropCapability', 'all'],
        ['NoNewPrivileges', 'true'],
        ['SeccompProfile', `%h/.config/${name}/seccomp/${service.name}.json`],
        ['SecurityLabelType', selinuxType(service)],
        ['SecurityLabelFileType', selinuxFileType(service)],
        ['SecurityLabelLevel', platform.selinuxLevel],
        ['PidsLimit', String(service.pids)],
        // `Memory=` needs podman 5.5; Debian 13 has 5.4.
        // With no more for memory and swap together, prompts and models are never swapped to a disk.
        ['PodmanArgs', `--memory=${service.memoryMebibytes}m --memory-swap=${service.memoryMebibytes}m`],
        ['HealthCmd', probeCommand(service).join(' ')],
        ['HealthInterval', '30s'],
        // Patient: a machine that is busy with a model must not have its services killed for answering late.
        ['HealthTimeout', '60s'],
        ['HealthRetries', '3'],
        // Until then no failed probe counts: a slow machine's services are not killed while they are only starting.
        ['HealthStartPeriod', '10m'],
        ['HealthOnFailure', 'kill'],
        ['StopTimeout', String(platform.stopSeconds)],
      ],
    },
    noDefaults,
    {
      name: 'Service',
      entries: [
        ['Restart', 'always'],
        ['RestartSec', '2'],
        ['TimeoutStopSec', String(platform.stopSeconds + 15)],
      ],
    },
  ];
}

/** What a service only reads keeps the label of who writes it: `:Z` would make it the reader's own. */
function volumeArgument(name: string, mount: Mount): string {
  return `${name}-${mount.volume}.volume:${mount.path}:${mount.readOnly ? 'ro' : 'Z'}`;
}
