import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readUnit } from '../project/unit.ts';
import { podmanArguments, securityOptions } from './podman-arguments.ts';

const test = suite('podman-arguments');

function unitWith(args: string) {
  return readUnit({ path: 'web.container', text: `[Container]\nPodmanArgs=${args}` });
}

function read(args: string) {
  return podmanArguments(unitWith(args)).map(({ flag, value }) => [flag, value]);
}

test('values stand behind an equals sign or in the next word', () => {
  assert.equal(read('--user=1 --memory 1g'), [
    ['user', '1'],
    ['memory', '1g'],
  ]);
});

test('switches take no word', () => {
  assert.equal(read('--init --user 1 --read-only=false --privileged'), [
    ['init', undefined],
    ['user', '1'],
    ['read-only', 'false'],
    ['privileged', undefined],
  ]);
});

test('short and old names are given their long ones', () => {
  assert.equal(read('-v a:/b -p80:80 -m=1g --net host'), [
    ['volume', 'a:/b'],
    ['publish', '80:80'],
    ['memory', '1g'],
    ['network', 'host'],
  ]);
});

test('the last flag may lack its value', () => {
  assert.equal(read('--user'), [['user', undefined]]);
});

test('security options are cut at the first sign', () => {
  const found = securityOptions(
    unitWith('--security-opt label=type:a_t --security-opt=seccomp:x no-new-privileges'),
  );
  assert.equal(
    found.map(({ name, value }) => [name, value]),
    [
      ['label', 'type:a_t'],
      ['seccomp', 'x'],
    ],
  );
});

test.run();
