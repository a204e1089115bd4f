import { mkdir, open, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { ApiError } from '../../base/kit/errors.ts';

export const formats = ['parquet', 'json', 'csv'] as const;
export type Format = (typeof formats)[number];

export interface Table {
  /** The name that the query uses. */
  name: string;
  /** The file as it was uploaded; its ending says how to read it. */
  filename: string;
  path: string;
}

export interface Transformation {
  tables: readonly Table[];
  sql: string;
  format: Format;
  /** Where the result goes; what is there is replaced. */
  output: string;
  /** Spilled data lives here while the query runs; removed afterwards. */
  scratch: string;
  mebibytes: number;
  /** How much may be spilled to `scratch`, in MiB. */
  spillMebibytes: number;
  /** Ends the query where it is. */
  signal: AbortSignal;
}

type Reader = (path: string) => Promise<string>;

/**
 * The first row names the columns, and every row has as many: what DuckDB guesses where a file is not like that
 * would leave rows out in silence.
 */
const readCsv = (path: string, delimiter: string) =>
  `read_csv(${literal(path)}, delim = ${literal(delimiter)}, quote = '"', escape = '"', header = true, skip = 0,
    strict_mode = true, null_padding = false, ignore_errors = false)`;
const readJson: Reader = async (path) => `read_json(${literal(path)})`;

const readers: Readonly<Record<string, Reader>> = {
  '.csv': async (path) => readCsv(path, await delimiterOf(path)),
  '.tsv': async (path) => readCsv(path, '\t'),
  '.parquet': async (path) => `read_parquet(${literal(path)})`,
  '.json': readJson,
  '.jsonl': readJson,
  '.ndjson': readJson,
};

/** The delimiter that stands most often in the first line. */
async function delimiterOf(path: string): Promise<string> {
  const file = await open(path);
  const { buffer, bytesRead } = await file
    .read(Buffer.alloc(65_536), 0, 65_536, 0)
    .finally(() => file.close());
  const [line = ''] = buffer.toString('utf8', 0, bytesRead).split(/\r|\n/, 1);
  const count = (delimiter: string) => line.split(delimiter).length;
  return [',', ';', '\t', '|'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

/** How DuckDB reads a file of this name; a clear 400 where it does not. */
export function readerOf(filename: string): Reader {
  const reader = readers[extname(filename).toLowerCase()];
  if (reader) return reader;
  throw new ApiError(
    400,
    'unsupported_format',
    `'${filename}' is none of ${Object.keys(readers).join(', ')}`,
  );
}

/** Refuses, before anything is queued, what is not exactly one SELECT. */
export async function checkSql(sql: string): Promise<void> {
  if (sql.includes('\0')) throw badSql('it holds a NUL character');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR) AS parsed', [sql]);
    const parsed = JSON.parse(String(reader.getRowObjectsJson()[0]?.parsed));
    if (parsed.error) throw badSql(String(parsed.error_message));
    if (parsed.statements.length !== 1)
      throw badSql(`expected one SELECT, got ${parsed.statements.length} statements`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/**
 * Runs one SELECT over the tables and writes its rows to `output`. The query reaches the files named here and
 * nothing else: DuckDB's file access, extensions and settings are locked before it runs.
 */
export async function transform(job: Transformation): Promise<void> {
  await rm(job.scratch, { recursive: true, force: true });
  await rm(job.output, { force: true });
  await mkdir(job.scratch, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${job.mebibytes}MiB`,
    temp_directory: job.scratch,
    max_temp_directory_size: `${job.spillMebibytes}MiB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  job.signal.addEventListener('abort', interrupt);
  try {
    job.signal.throwIfAborted();
    await lockDown(connection, [...job.tables.map((table) => table.path), job.output]);
    for (const { name, filename, path } of job.tables) {
      await connection.run(
        `CREATE VIEW ${identifier(name)} AS SELECT * FROM ${await readerOf(filename)(path)}`,
      );
    }
    // A name that no table can have; as a statement of its own, whatever stands at the query's end does no harm.
    await connection.run(`CREATE VIEW "the result" AS\n${job.sql}`);
    const options = `FORMAT ${job.format}, USE_TMP_FILE false`;
    await connection.run(`COPY "the result" TO ${literal(job.output)} (${options})`);
    const file = await open(job.output);
    await file.sync().finally(() => file.close());
  } catch (error) {
    job.signal.throwIfAborted();
    throw new Error(forUsers((error as Error).message, job), { cause: error });
  } finally {
    job.signal.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
    await rm(job.scratch, { recursive: true, force: true });
  }
}

/** DuckDB's words with the caller's names for the files instead of ours, and not megabytes of a broken line. */
function forUsers(message: string, job: Transformation): string {
  const named = job.tables.reduce((text, { name, path }) => text.replaceAll(path, name), message);
  return named.length > 1000 ? `${named.slice(0, 1000)} …` : named;
}

async function lockDown(connection: DuckDBConnection, paths: readonly string[]): Promise<void> {
  await connection.run(`SET allowed_paths = [${paths.map(literal).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function badSql(reason: string): ApiError {
  return new ApiError(400, 'invalid_sql', `the query is not one SELECT statement: ${reason}`, {
    param: 'input.sql',
  });
}
