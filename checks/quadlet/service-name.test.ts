import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readUnit } from '../project/unit.ts';
import { serviceName, templateOf } from './service-name.ts';

const test = suite('service-name');

for (const [path, text, expected] of [
  ['web.container', '[Container]', 'web.service'],
  ['web.kube', '[Kube]', 'web.service'],
  ['web.pod', '[Pod]', 'web-pod.service'],
  ['web@.pod', '[Pod]', 'web-pod@.service'],
  ['web@one.container', '[Container]', 'web@one.service'],
  ['data.volume', '[Volume]', 'data-volume.service'],
  ['web.pod', '[Pod]\nServiceName=web.pod', 'web.pod.service'],
  ['web.timer', '[Timer]', 'web.timer'],
] as const)
  test(`${path} makes ${expected}`, () => assert.is(serviceName(readUnit({ path, text })), expected));

test('an instance belongs to its template', () => {
  assert.is(templateOf('web@one.service'), 'web@.service');
  assert.is(templateOf('web.service'), 'web.service');
});

test.run();
