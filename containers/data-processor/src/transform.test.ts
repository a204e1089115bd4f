import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkSql, type Format, readerOf, transform } from './transform.ts';

const folder = mkdtempSync(join(tmpdir(), 'transform-'));
const orders = join(folder, 'orders');
const output = join(folder, 'result');
writeFileSync(orders, 'region,amount\nnorth,10\nsouth,5\nnorth,7\n');
writeFileSync(join(folder, 'private'), 'secret');

const run = (sql: string, format: Format = 'json') =>
  transform({
    tables: [{ name: 'orders', filename: 'orders.csv', path: orders }],
    sql,
    format,
    output,
    scratch: join(folder, 'scratch'),
    mebibytes: 256,
  });

const refused = async (work: Promise<void>, words: string | RegExp) => {
  const error = await work.then(
    () => undefined,
    (caught: Error) => caught,
  );
  assert.ok(error, 'was not refused');
  assert.match(error.message, words);
};

test('rows are grouped and written as JSON lines', async () => {
  await run('SELECT region, sum(amount)::INT AS total FROM orders GROUP BY region ORDER BY region');
  assert.is(readFileSync(output, 'utf8'), '{"region":"north","total":17}\n{"region":"south","total":5}\n');
  assert.not.ok(existsSync(join(folder, 'scratch')));
});

test('what an earlier try left is replaced, and the bytes are the same', async () => {
  await run('SELECT * FROM orders', 'parquet');
  const first = readFileSync(output);
  writeFileSync(output, 'half a file');
  await run('SELECT * FROM orders', 'parquet');
  assert.ok(readFileSync(output).equals(first));
});

test('a comment, a semicolon and quotes at the end do no harm', async () => {
  await run("SELECT 'it''s' AS a -- the end;", 'csv');
  assert.is(readFileSync(output, 'utf8'), "a\nit's\n");
  await run('SELECT 1 AS a;; ', 'csv');
  assert.is(readFileSync(output, 'utf8'), 'a\n1\n');
});

test('other files, the network and the settings are out of reach', async () => {
  await refused(run(`SELECT * FROM read_text('${folder}/private')`), 'disabled by configuration');
  await refused(run(`SELECT * FROM glob('${folder}/*')`), 'disabled by configuration');
  await refused(run("SELECT * FROM 'http://127.0.0.1:1/x.csv'"), /./);
  await refused(run("SELECT * FROM (SET memory_limit='9GB')"), /syntax error/i);
});

test('one SELECT passes, everything else is refused before it runs', async () => {
  for (const sql of [
    'SELECT 1',
    'WITH a AS (SELECT 1) SELECT * FROM a',
    'FROM orders',
    'SELECT 1;',
    'VALUES (1)',
  ]) {
    await checkSql(sql);
  }
  for (const sql of [
    '',
    ';',
    'DROP TABLE x',
    'SELECT 1; SELECT 2',
    'SELEC',
    "COPY (SELECT 1) TO '/x'",
    "ATTACH 'x'",
  ]) {
    await refused(checkSql(sql), 'the query is not one SELECT statement');
  }
});

test('a file is read by its ending', () => {
  assert.is(readerOf('a.CSV'), 'read_csv');
  assert.is(readerOf('b.parquet'), 'read_parquet');
  assert.throws(() => readerOf('c.exe'), /none of/);
  assert.throws(() => readerOf('csv'), /none of/);
});

test.after(() => rmSync(folder, { recursive: true }));
test.run();
