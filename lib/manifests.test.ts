import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAllDocuments } from 'yaml';
import { renderManifests } from './manifests.ts';
import { platform } from './platform.ts';
import { variants } from './pod-manifests.ts';
import { parseUnit, unitValues } from './unit-syntax.ts';

const files = renderManifests();

interface Container {
  name: string;
  image: string;
  env: Array<{ name: string; value: string }>;
  securityContext: Record<string, unknown>;
  resources: { limits: { memory: string } };
  volumeMounts: Array<{ name: string; mountPath: string; readOnly?: boolean }>;
  ports?: object[];
}

function podOf(file: string): { containers: Container[]; volumes: Array<{ name: string }> } {
  return documentOf(file).spec as never;
}

function metadataOf(file: string): { annotations?: Record<string, string> } {
  return documentOf(file).metadata as never;
}

function documentOf(file: string): { spec: unknown; metadata: unknown } {
  const document = [...parseAllDocuments(files.get(`pods/${file}`) ?? '')].at(-1);
  assert.equal(document?.errors, []);
  return document?.toJS();
}

const container = (service: string) => parseUnit(files.get(`quadlets/ai-semble-${service}.container`) ?? '');

test('every service stands in every pod and has a unit', () => {
  const names = platform.services.map(({ name }) => name);
  for (const { file } of variants) {
    assert.equal(
      podOf(file).containers.map(({ name }) => name),
      names,
    );
  }
  for (const name of names) assert.ok(files.has(`quadlets/ai-semble-${name}.container`), name);
});

test('every mount of a pod has its volume, and every volume a mount', () => {
  for (const { file } of variants) {
    const { containers, volumes } = podOf(file);
    const mounted = new Set(containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name)));
    assert.equal([...mounted].sort(), volumes.map(({ name }) => name).sort());
  }
});

test('every container of every pod is hardened', () => {
  for (const { file } of variants) {
    for (const { name, securityContext } of podOf(file).containers) {
      assert.is(securityContext.readOnlyRootFilesystem, true);
      assert.is(securityContext.allowPrivilegeEscalation, false);
      assert.is(securityContext.runAsNonRoot, true);
      assert.ok(Number(securityContext.runAsUser) > 0);
      assert.equal(securityContext.capabilities, { drop: ['ALL'] });
      const type = `ai_semble_${name.replace('-', '_')}_t`;
      assert.equal(securityContext.seLinuxOptions, { type, level: 's0:c88,c808' });
    }
  }
});

test('every container unit is hardened in the same way', () => {
  for (const { name } of platform.services) {
    const unit = container(name);
    const value = (key: string) => unitValues(unit, 'Container', key).join();
    assert.is(value('ReadOnly'), 'true', name);
    assert.is(value('NoNewPrivileges'), 'true', name);
    assert.is(value('DropCapability'), 'all', name);
    assert.is(value('SeccompProfile'), `%h/.config/ai-semble/seccomp/${name}.json`);
    assert.is(value('SecurityLabelLevel'), 's0:c88,c808', name);
    assert.is(value('SecurityLabelType'), `ai_semble_${name.replace('-', '_')}_t`);
    assert.is(value('SecurityLabelFileType'), `ai_semble_${name.replace('-', '_')}_file_t`);
    assert.ok(Number(value('User')) > 0, name);
    assert.match(value('PodmanArgs'), /^--memory=(\d+m) --memory-swap=\1$/);
  }
});

test('every pod but the dev pod, which is played by hand, names a seccomp profile for each container', () => {
  const annotation = 'container.seccomp.security.alpha.kubernetes.io';
  for (const { file, hotReload } of variants) {
    const annotations = metadataOf(file).annotations ?? {};
    for (const { name } of platform.services)
      assert.is(annotations[`${annotation}/${name}`], hotReload ? undefined : `localhost/${name}.json`);
  }
});

test('pod and units say the same of image, environment and memory', () => {
  for (const { name, image, env, resources } of podOf('ai-semble.yaml').containers) {
    const unit = container(name);
    assert.equal(unitValues(unit, 'Container', 'Image'), [image]);
    assert.equal(
      unitValues(unit, 'Container', 'Environment'),
      env.map((entry) => `${entry.name}=${entry.value}`),
    );
    const [number, suffix] = [
      Number.parseInt(resources.limits.memory, 10),
      resources.limits.memory.slice(-2),
    ];
    const mebibytes = suffix === 'Gi' ? number * 1024 : number;
    assert.equal(unitValues(unit, 'Container', 'PodmanArgs'), [
      `--memory=${mebibytes}m --memory-swap=${mebibytes}m`,
    ]);
  }
});

test('the language models have 8Gi, and nobody but the gateway a port', () => {
  const { containers } = podOf('ai-semble.yaml');
  assert.is(containers.find(({ name }) => name === 'llm')?.resources.limits.memory, '8Gi');
  const published = containers.filter(({ ports }) => ports !== undefined);
  assert.equal(
    published.map(({ name, ports }) => [name, ports]),
    [['orchestrator', [{ containerPort: 8080, hostPort: 8080, hostIP: '127.0.0.1' }]]],
  );
});

test('the units answer to the names that people type', () => {
  const pod = parseUnit(files.get('quadlets/ai-semble.pod') ?? '');
  assert.equal(unitValues(pod, 'Pod', 'ServiceName'), ['ai-semble.pod']);
  const network = parseUnit(files.get('quadlets/ai-semble.network') ?? '');
  assert.equal(unitValues(network, 'Network', 'Subnet'), ['10.88.0.0/24']);
  assert.equal(unitValues(network, 'Network', 'Internal'), ['true']);
});

test('the pods can run beside each other: ports, subnets, volumes are their own, models but for the test shared', () => {
  assert.is(new Set(variants.map(({ hostPort }) => hostPort)).size, variants.length);
  assert.is(new Set(variants.map(({ subnet }) => subnet)).size, variants.length);
  const claims = variants.map(({ file }) => {
    const volumes = podOf(file).volumes as Array<{ persistentVolumeClaim?: { claimName: string } }>;
    return volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []).sort();
  });
  assert.equal(claims, [
    ['ai-semble-data', 'ai-semble-models', 'ai-semble-postgres'],
    ['ai-semble-dev-data', 'ai-semble-dev-postgres', 'ai-semble-models'],
    ['ai-semble-test-data', 'ai-semble-test-models', 'ai-semble-test-postgres'],
  ]);
});

test.run();
