import { createServer } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, parseAllDocuments } from 'yaml';
import { chooseMethod, publishedWith } from './deployment.ts';
import type { Host } from './host.ts';
import { podText } from './kube-deployment.ts';
import { withScratchVolumes } from './kube-play.ts';
import { renderManifests } from './manifests.ts';
import { podVariant } from './pod-variant.ts';
import { portProblem } from './port.ts';
import { hostDropIn } from './quadlet-deployment.ts';
import { parseUnit, unitValues } from './unit-syntax.ts';
import { parseVersion } from './version.ts';

const host = (podman: string, user: boolean) =>
  ({ podman: { version: parseVersion(podman) }, systemd: { machine: user, user } }) as Host;

test('systemd is used from podman 5.3 on, where it runs for the account', () => {
  assert.is(chooseMethod(host('5.4.2', true)).name, 'quadlet');
  assert.is(chooseMethod(host('5.3.0', true)).name, 'quadlet');
  assert.equal(chooseMethod(host('5.2.9', true)), {
    name: 'kube',
    reason: 'podman 5.2.9 is older than 5.3, which Quadlet pods need',
  });
  assert.equal(chooseMethod(host('5.4.2', false)), {
    name: 'kube',
    reason: 'no systemd runs for the account',
  });
});

test('the published address is loopback unless told otherwise, and nonsense is refused', () => {
  assert.equal(publishedWith(undefined, undefined), { ip: '127.0.0.1', hostPort: 8080, containerPort: 8080 });
  assert.equal(publishedWith('0.0.0.0', '9090'), { ip: '0.0.0.0', hostPort: 9090, containerPort: 8080 });
  for (const port of ['0', '65536', '80a', '-1'])
    assert.throws(() => publishedWith(undefined, port), /PORT takes/);
  assert.throws(() => publishedWith('localhost', undefined), /BIND takes/);
});

test('another address reaches the pod file and the drop-in', () => {
  const published = { ip: '192.0.2.7', hostPort: 9090, containerPort: 8080 };
  const pod = parse(podText(renderManifests().get('pods/ai-semble.yaml') ?? '', published));
  const ports = pod.spec.containers.flatMap((container: { ports?: object[] }) => container.ports ?? []);
  assert.equal(ports, [{ containerPort: 8080, hostPort: 9090, hostIP: '192.0.2.7' }]);
  const dropIn = parseUnit(hostDropIn(published, 'abc'));
  assert.equal(unitValues(dropIn, 'Pod', 'PublishPort'), ['192.0.2.7:9090:8080']);
  assert.equal(unitValues(dropIn, 'Pod', 'PodmanArgs'), [
    '--label io.ai-semble.config=abc',
    '--label io.ai-semble.method=quadlet',
    '--label io.ai-semble.bind=192.0.2.7',
  ]);
});

test('the test and the dev pod are played on the port that the environment names', () => {
  assert.is(podVariant('test', {}).hostPort, 18_080);
  assert.is(podVariant('dev', { DEV_PORT: '8099', TEST_PORT: '1' }).hostPort, 8099);
  assert.throws(() => podVariant('test', { TEST_PORT: 'x' }), /TEST_PORT takes a port number; got 'x'/);
  const moved = podText(renderManifests().get('pods/ai-semble-test.yaml') ?? '', {
    ip: '127.0.0.1',
    hostPort: 18_099,
  });
  assert.equal(moved.match(/hostPort: \d+/g), ['hostPort: 18099']);
  assert.is(parseAllDocuments(moved).length, 3);
});

test('scratch folders of the pod file become bounded volumes that nothing runs from', () => {
  const { text, scratch } = withScratchVolumes(renderManifests().get('pods/ai-semble.yaml') ?? '');
  const { spec } = parse(text);
  assert.equal(scratch[1], { volume: 'ai-semble-postgres-run-postgresql', mebibytes: 1 });
  assert.equal(
    spec.volumes.filter((volume: object) => 'emptyDir' in volume),
    [],
  );
  const [postgres] = spec.containers;
  assert.equal(postgres.volumeMounts.slice(-2), [
    { name: 'ai-semble-postgres-run-postgresql', mountPath: '/run/postgresql:noexec,nosuid,nodev' },
    { name: 'ai-semble-shm', mountPath: '/dev/shm:noexec,nosuid,nodev', readOnly: true },
  ]);
});

test('a pod file that is no YAML is refused with its line', () => {
  assert.throws(() => podText('a: [1\nb: 2\n', publishedWith(undefined, undefined)), /ai-semble\.yaml:\d+: /);
});

test("a port that somebody else has is known by the kernel's word for it", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const published = { ip: '127.0.0.1', hostPort: port, containerPort: 8080 };
  assert.is(await portProblem(published), 'EADDRINUSE');
  await new Promise((resolve) => server.close(resolve));
  assert.is(await portProblem(published), undefined);
});

test.run();
