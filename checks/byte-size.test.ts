import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { podmanBytes, quantityBytes } from './byte-size.ts';

const test = suite('byte-size');

test('podman counts in powers of 1024', () => {
  assert.is(podmanBytes('512m'), 512 * 1024 ** 2);
  assert.is(podmanBytes('1.5GiB'), 1.5 * 1024 ** 3);
  assert.is(podmanBytes('2kb'), 2048);
  assert.is(podmanBytes('100'), 100);
  for (const other of ['', 'x', '1x', '-1', 'm', '1m1']) assert.is(podmanBytes(other), undefined);
});

test('Kubernetes counts in both', () => {
  assert.is(quantityBytes('512Mi'), 512 * 1024 ** 2);
  assert.is(quantityBytes('512M'), 512e6);
  assert.is(quantityBytes(1024), 1024);
  assert.is(quantityBytes('1e9'), 1e9);
  for (const other of ['', '1m', 'x', null, undefined, '1 Gi']) assert.is(quantityBytes(other), undefined);
});

test.run();
