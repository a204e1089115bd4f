import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sensitivePath } from './host-paths.ts';

const test = suite('sensitivePath');

test('knows sockets and folders of the host, however they are written', () => {
  assert.is(sensitivePath('/run/user/1000/podman/podman.sock'), "a container engine's socket");
  assert.is(sensitivePath('//etc/'), "the host's settings and keys");
  assert.is(sensitivePath('/home/anna/../anna'), 'a home folder with its keys');
  assert.is(sensitivePath('/'), 'the whole host');
});

test('leaves data alone', () => {
  for (const path of ['/srv/models', '/home/anna/models', '/var/lib/models', '/etc/localtime', './conf'])
    assert.is(sensitivePath(path), undefined);
});

test.run();
