import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readProject } from './project.ts';
import { differ, listed, saidBytes, type Twins, twinsOf } from './twins.ts';

const test = suite('project/twins');

const spec = 'spec: {containers: [{name: web, image: x, resources: {limits: {memory: 1Gi}}}]}';

function pod(name: string) {
  return { path: 'app.yaml', text: `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n${spec}\n` };
}

function deployment(name: string) {
  const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {template: {${spec}}}\n`;
  return { path: 'app.yaml', text };
}

function unit(path: string, ...lines: string[]) {
  return { path, text: ['[Container]', 'Image=x', ...lines].join('\n') };
}

function namesOf(...sources: Array<{ path: string; text: string }>): string[] {
  return twinsOf(readProject(sources)).map((twins) => `${twins.pod.name} ${twins.unit.file}`);
}

test('finds a unit that bears the name of a container of the pod', () => {
  assert.equal(namesOf(pod('app'), unit('a.container', 'ContainerName=app-web')), ['app-web a.container']);
  assert.equal(namesOf(pod('systemd'), unit('web.container')), ['systemd-web web.container']);
});

test("a workload's pod has another name than the workload", () => {
  const web = unit('a.container', 'ContainerName=app-pod-web');
  assert.equal(namesOf(deployment('app'), web), ['app-pod-web a.container']);
  assert.equal(namesOf(pod('app'), web), []);
});

test('knows nothing of names that only systemd knows, nor of one side alone', () => {
  assert.equal(namesOf(pod('app'), unit('web@.container', 'ContainerName=app-%i')), []);
  assert.equal(namesOf(pod('app')), []);
  assert.equal(namesOf(unit('a.container', 'ContainerName=app-web')), []);
});

test('compares what both say, in one unit of measure', () => {
  const memory = (...lines: string[]) => {
    const project = readProject([pod('app'), unit('a.container', 'ContainerName=app-web', ...lines)]);
    const [twins] = twinsOf(project) as [Twins];
    return [...differ(twins, 'memory', twins.pod.memory, twins.unit.memory, saidBytes)].map(
      ({ message }) => message,
    );
  };
  assert.equal(memory(), []);
  assert.equal(memory('Memory=1024m'), []);
  assert.equal(memory('Memory=1024m', 'PodmanArgs=-m 2g'), ['memory is 1Gi here and 2Gi in a.container']);
});

test('says sets and sizes as one reads them', () => {
  assert.is(listed([]), 'nothing');
  assert.is(listed(['b', 'a', 'b']), 'a, b');
  assert.is(saidBytes(512 * 1024 ** 2), '512Mi');
  assert.is(saidBytes(1000), '1000');
  assert.is(saidBytes(0), '0');
});

test.run();
