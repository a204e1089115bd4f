import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  containerOf,
  parseNumbers,
  parseRecording,
  processKey,
  recordingProgram,
} from './seccomp-recording.ts';

const numbers = parseNumbers('#define __NR_read 0\n#define __NR_socket 41\n#define __NR_unshare 272\n');
const map = (name: string, keys: readonly string[]) =>
  JSON.stringify({ type: 'map', data: { [name]: Object.fromEntries(keys.map((key) => [key, 1])) } });

test('calls are joined with their services, the arguments that decide with them', () => {
  const output = [
    '{"type": "attached_probes", "data": {"probes": 1}}',
    map('@calls', ['11,7,node,0', '11,7,node,41', '12,7,a,b,0', '11,8,other,0', '11,7,node,999']),
    map('@arguments', ['11,7,node,41,2,0,6', '11,7,perl,41,-1,0,0']),
  ].join('\n');
  const services = new Map([
    ['11,7', 'llm'],
    ['12,7', 'nlp'],
  ]);
  assert.equal(Object.fromEntries(parseRecording(output, services, numbers)), {
    llm: ['number-999', 'read', 'socket 18446744073709551615 0 0', 'socket 2 0 6'],
    nlp: ['read'],
  });
});

test('what the runtime calls before it has become the program does not count', () => {
  const output = map('@calls', ['11,7,crun,272', '11,7,runc:[2:INIT],272', '11,7,crunchy,0']);
  assert.equal(parseRecording(output, new Map([['11,7', 'llm']]), numbers).get('llm'), ['read']);
});

test('the program records arguments of the calls that are limited by them, and leaves the host out', () => {
  const program = recordingProgram(numbers);
  assert.match(
    program,
    'if (args->id == 41) { @arguments[$id, $began, comm, args->id, args->args[0], 0, args->args[2]]',
  );
  assert.match(program, 'if ($id != 1)');
});

test('a container is known by the file that podman mounts into it', () => {
  const id = 'ab'.repeat(32);
  const line = (from: string, to: string) => `900 1 0:50 ${from} ${to} rw - tmpfs tmpfs rw\n`;
  const info = line(`/containers/overlay-containers/${'cd'.repeat(32)}/userdata/hosts`, '/etc/hosts');
  assert.is(containerOf(info), undefined);
  assert.is(
    containerOf(info + line(`/overlay-containers/${id}/userdata/.containerenv`, '/run/.containerenv')),
    id,
  );
});

test('a process is known by its number and when it began, whatever its name is', () => {
  const fields = Array.from({ length: 40 }, (_, index) => String(index + 3)).join(' ');
  assert.is(processKey('17', `17 (a ) b) ${fields}`), '17,22');
});

test.run();
