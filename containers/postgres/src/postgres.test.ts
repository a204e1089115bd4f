import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { serverArguments } from './cluster.ts';
import { logServerLine } from './server-log.ts';

type Entry = [level: string, detail: Record<string, unknown>, message: string];

function logged(line: string): Entry | undefined {
  let entry: Entry | undefined;
  const record = (level: string) => (detail: Record<string, unknown>, message: string) => {
    entry = [level, detail, message];
  };
  const levels = ['debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, record(level)]);
  logServerLine(line, Object.fromEntries(levels));
  return entry;
}

const engine = 'postgres';

test("the server's lines keep level, process, state and database", () => {
  assert.equal(logged('42 00000 |LOG:  database system is ready'), [
    'info',
    { engine, pid: 42 },
    'database system is ready',
  ]);
  assert.equal(logged('7 42P01 ai_semble|ERROR:  relation "x" does not exist'), [
    'error',
    { engine, pid: 7, sqlState: '42P01', database: 'ai_semble' },
    'relation "x" does not exist',
  ]);
  assert.is(logged('1 00000 |PANIC:  could not write')?.[0], 'fatal');
  assert.is(logged('1 00000 |WARNING:  close to the limit')?.[0], 'warn');
});

test('what has another form is kept as it stands', () => {
  assert.equal(logged('\tcontinued'), ['info', { engine }, 'continued']);
});

test('the server listens on loopback alone, and its socket in its own folder', () => {
  const options = { folder: '/db', socketFolder: '/run/postgresql', host: '127.0.0.1', port: 5432 };
  const words = serverArguments('/db/18', options, '%p');
  for (const word of ['listen_addresses=127.0.0.1', 'unix_socket_directories=/run/postgresql', 'port=5432']) {
    assert.ok(words.includes(word), word);
  }
});

test.run();
