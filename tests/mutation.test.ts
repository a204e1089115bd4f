import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../checks/check.ts';
import type { Source } from '../checks/source.ts';
import { root } from '../lib/paths.ts';
import { parseVersion } from '../lib/version.ts';
import {
  addedMutants,
  type FieldGuard,
  fieldMutants,
  type Guard,
  type Mutant,
  unitMutants,
} from './mutants.ts';

const test = suite('mutants');

const podman = parseVersion('5.4');

function read(folder: string): Source[] {
  return readdirSync(join(root, folder)).map((name) => ({
    path: `${folder}/${name}`,
    text: readFileSync(join(root, folder, name), 'utf8'),
  }));
}

const container: Readonly<Record<string, Guard>> = {
  'Container.Image': {
    dropped: ['quadlet-image-or-rootfs'],
    negated: ['docker.io/library/nginx', ['image-tag']],
  },
  'Container.Pod': {
    dropped: ['network-default', 'unit-install'],
    negated: ['absent.pod', ['quadlet-dangling-reference']],
  },
  'Container.User': { dropped: ['quadlet-rejected-value'], negated: ['0', ['container-root-user']] },
  'Container.ReadOnly': { dropped: ['container-read-only'], negated: ['false', ['container-read-only']] },
  'Container.ReadOnlyTmpfs': {
    dropped: ['container-read-only-tmpfs'],
    negated: ['true', ['container-read-only-tmpfs']],
  },
  'Container.Tmpfs': { dropped: [], negated: ['/tmp:exec', ['container-tmpfs']] },
  'Container.DropCapability': {
    dropped: ['container-drop-capabilities'],
    negated: ['', ['container-drop-capabilities']],
  },
  'Container.NoNewPrivileges': {
    dropped: ['container-no-new-privileges'],
    negated: ['off', ['container-no-new-privileges']],
  },
  'Container.PidsLimit': { dropped: ['container-pids-limit'], negated: ['-1', ['container-pids-unlimited']] },
  'Container.PodmanArgs': { dropped: ['container-memory-limit'], negated: ['', ['container-memory-limit']] },
  'Container.HealthCmd': {
    dropped: ['container-health-check'],
    negated: ['none', ['container-health-check']],
  },
  'Container.HealthOnFailure': {
    dropped: ['container-health-on-failure'],
    negated: ['none', ['container-health-on-failure']],
  },
  'Container.SecurityLabelType': { dropped: [], negated: ['spc_t', ['container-label']] },
  'Container.StopTimeout': { dropped: [], negated: ['600', ['timeout-stop']] },
  'Service.TimeoutStopSec': { dropped: [], negated: ['5', ['timeout-stop']] },
  'Service.Restart': { dropped: ['unit-restart'], negated: ['no', ['unit-restart']] },
};

const others: Readonly<Record<string, Guard>> = {
  'Network.Internal': { dropped: ['network-internal'], negated: ['false', ['network-internal']] },
  'Pod.Network': { dropped: ['network-default'], negated: ['host', ['container-host-namespace']] },
  'Pod.PublishPort': { dropped: [], negated: ['8080:8080', ['published-beyond-loopback']] },
  'Install.WantedBy': { dropped: ['unit-install'], negated: ['', ['unit-install']] },
};

/** Lines that open what is closed, wherever they come from. */
const additions: Readonly<Record<string, readonly string[]>> = {
  'SecurityLabelDisable=true': ['container-label'],
  'SecurityLabelType=spc_t': ['container-label', 'quadlet-repeated-key'],
  'SeccompProfile=unconfined': ['container-seccomp-unconfined', 'quadlet-repeated-key'],
  'SeccompProfile=web.json': ['container-seccomp-path', 'quadlet-repeated-key'],
  'AddCapability=SYS_ADMIN': ['container-add-capability'],
  'PodmanArgs=--privileged': ['container-privileged'],
  'PodmanArgs=--security-opt=no-new-privileges=false': [
    'container-no-new-privileges',
    'container-podman-args',
  ],
  'PodmanArgs=--pid=host': ['container-host-namespace'],
  'Volume=/:/host': ['container-sensitive-mount'],
  'Volume=%t/podman/podman.sock:/run/podman.sock': ['container-socket'],
  'AddDevice=/dev/mem': ['container-device'],
  'AddDevice=/dev/nvidia0': ['container-device-node'],
  'Environment=DB_PASSWORD=hunter2': ['secret-in-environment'],
  'Unmask=ALL': ['container-unmask'],
  'PublishPort=9090:9090': ['quadlet-pod-member'],
};

const fields: Readonly<Record<string, FieldGuard>> = {
  readOnlyRootFilesystem: { dropped: ['pod-read-only'], negated: ['false', ['pod-read-only']] },
  allowPrivilegeEscalation: {
    dropped: ['pod-privilege-escalation'],
    negated: ['true', ['pod-privilege-escalation']],
  },
  runAsUser: {
    dropped: ['kube-ignored-protection', 'pod-run-as-group'],
    negated: ['0', ['pod-run-as-non-root']],
  },
  privileged: { dropped: [], negated: ['true', ['pod-privileged']] },
  capabilities: { dropped: ['pod-capabilities'], negated: ['{}', ['pod-capabilities']], block: true },
  // Without a limit an emptyDir in memory has none either.
  memory: { dropped: ['kube-ignored-behaviour', 'pod-memory-limit'] },
  livenessProbe: { dropped: ['pod-probe-missing'], block: true },
  image: {
    dropped: ['pod-image'],
    negated: ['docker.io/library/nginx', ['pod-image-tag']],
  },
  hostIP: { dropped: ['pod-port-address'], negated: ['0.0.0.0', ['pod-port-address']] },
};

/** The mutants after which not just the expected rules spoke, in words. */
function survivors(files: readonly Source[], mutants: Iterable<Mutant>): { count: number; wrong: string[] } {
  const spoken = (sources: readonly Source[]) =>
    new Set(
      check(sources, { podman })
        .findings.map(({ rule }) => rule)
        // A waiver that is no longer needed is not what was asked.
        .filter((rule) => rule !== 'waiver'),
    );
  const before = spoken(files);
  const wrong: string[] = [];
  let count = 0;
  for (const { name, file, text, expected } of mutants) {
    count++;
    const changed = [...files.filter(({ path }) => path !== file), { path: file, text }];
    const found = [...spoken(changed)].filter((rule) => !before.has(rule)).sort();
    const wanted = [...new Set(expected)].sort();
    if (found.join() !== wanted.join())
      wrong.push(`${name}: expected ${wanted.join(', ')}; got ${found.join(', ')}`);
  }
  return { count, wrong };
}

const counts: number[] = [];

function judge(files: readonly Source[], mutants: Iterable<Mutant>): void {
  const { count, wrong } = survivors(files, mutants);
  counts.push(count);
  assert.equal(wrong, []);
}

test('every guarded line of a unit has the rule that speaks when it is changed', () => {
  const files = read('quadlets');
  const mutants = files.flatMap(({ path, text }) => [
    ...unitMutants(path, text, { ...container, ...others }),
  ]);
  judge(files, mutants);
});

test('every line that opens a container is noticed', () => {
  const files = read('quadlets');
  const mutants = files
    .filter(({ path }) => path.endsWith('.container'))
    .flatMap(({ path, text }) => [...addedMutants(path, text, 'Container', additions)]);
  judge(files, mutants);
});

test('every guarded field of a pod has the rule that speaks when it is changed', () => {
  for (const file of read('pods')) judge([file], fieldMutants(file.path, file.text, fields));
});

test('there were at least 500 mutants', () => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  process.stderr.write(`${total} mutants\n`);
  assert.ok(total >= 500);
});

test.run();
