import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePublishedPort } from './published-port.ts';

const test = suite('published-port');

test('reads addresses, ranges and protocols', () => {
  const port = (
    address: string,
    host: [number, number] | undefined,
    container: [number, number],
    protocol = 'tcp',
  ) => ({
    address,
    host,
    container,
    protocol,
  });
  assert.equal(parsePublishedPort('80'), port('', undefined, [80, 80]));
  assert.equal(parsePublishedPort('8080:80/UDP'), port('', [8080, 8080], [80, 80], 'udp'));
  assert.equal(parsePublishedPort('127.0.0.1:8080-8081:80-81'), port('127.0.0.1', [8080, 8081], [80, 81]));
  assert.equal(parsePublishedPort('127.0.0.1::80'), port('127.0.0.1', undefined, [80, 80]));
  assert.equal(parsePublishedPort('[::1]:8080:80'), port('::1', [8080, 8080], [80, 80]));
  assert.equal(parsePublishedPort('0:80'), port('', undefined, [80, 80]));
});

test('does not guess at anything else', () => {
  for (const text of ['', 'x', '80:x', '1:2:3:4', '99999', '2-1', '%i:80', '[::1', '80/tcp/x'])
    assert.is(parsePublishedPort(text), undefined, text);
});

test.run();
