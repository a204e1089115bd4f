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

const run = (sql: string, format: Format = 'json', signal = new AbortController().signal) =>
  transform({
    tables: [{ name: 'orders', filename: 'orders.csv', path: orders }],
    sql,
    format,
    output,
    scratch: join(folder, 'scratch'),
    mebibytes: 256,
    spillMebibytes: 64,
    signal,
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
  await run('SELECT 1 AS a; -- the end', 'csv');
  assert.is(readFileSync(output, 'utf8'), 'a\n1\n');
});

test('other files, the network and the settings are out of reach', async () => {
  await refused(run(`SELECT * FROM read_text('${folder}/private')`), 'disabled by configuration');
  await refused(run(`SELECT * FROM glob('${folder}/*')`), 'disabled by configuration');
  await refused(run("SELECT * FROM 'http://127.0.0.1:1/x.csv'"), /./);
  await refused(run("SELECT * FROM (SET memory_limit='9GB')"), /syntax error/i);
});

test('a query that goes on for ever is ended by its signal', async () => {
  const hangUp = new AbortController();
  setTimeout(() => hangUp.abort(new Error('told to stop')), 200);
  await refused(
    run('SELECT count(*) FROM range(1000000) a, range(1000000) b', 'json', hangUp.signal),
    'told to stop',
  );
});

test('a query spills to its own scratch folder, and only so much', async () => {
  await run(
    "SELECT current_setting('max_temp_directory_size') AS spill, current_setting('memory_limit') AS memory",
  );
  assert.is(readFileSync(output, 'utf8'), '{"spill":"64.0 MiB","memory":"256.0 MiB"}\n');
});

test('rows that do not fit their header are an error, never left out', async () => {
  for (const content of ['a,b\n1,2\n3\n4,5,6\n', 'a,b\n"1,2\n3,4\n']) {
    writeFileSync(orders, content);
    await refused(run('SELECT * FROM orders'), /orders/);
  }
  writeFileSync(orders, 'a;b\n1;x, y\n');
  await run('SELECT b FROM orders');
  assert.is(readFileSync(output, 'utf8'), '{"b":"x, y"}\n');
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

test('a file is read by its ending', async () => {
  assert.match(await readerOf('a.TSV')('p'), "read_csv('p', delim = '\t'");
  assert.is(await readerOf('b.parquet')('p'), "read_parquet('p')");
  assert.throws(() => readerOf('c.exe'), /none of/);
  assert.throws(() => readerOf('csv'), /none of/);
});

test.after(() => rmSync(folder, { recursive: true }));
test.run();
