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
}

const readers: Readonly<Record<string, string>> = {
  '.csv': 'read_csv',
  '.tsv': 'read_csv',
  '.parquet': 'read_parquet',
  '.json': 'read_json',
  '.jsonl': 'read_json',
  '.ndjson': 'read_json',
};

/** The DuckDB function that reads a file of this name; a clear 400 where there is none. */
export function readerOf(filename: string): string {
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
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    await lockDown(connection, [...job.tables.map((table) => table.path), job.output]);
    for (const { name, filename, path } of job.tables) {
      await connection.run(
        `CREATE VIEW ${identifier(name)} AS SELECT * FROM ${readerOf(filename)}(${literal(path)})`,
      );
    }
    // The query stands on lines of its own, so that a comment at its end cannot swallow the bracket.
    const options = `FORMAT ${job.format}, USE_TMP_FILE false`;
    await connection.run(`COPY (\n${withoutSemicolon(job.sql)}\n) TO ${literal(job.output)} (${options})`);
    const file = await open(job.output);
    await file.sync().finally(() => file.close());
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(job.scratch, { recursive: true, force: true });
  }
}

async function lockDown(connection: DuckDBConnection, paths: readonly string[]): Promise<void> {
  await connection.run(`SET allowed_paths = [${paths.map(literal).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

function withoutSemicolon(sql: string): string {
  return sql.trim().replace(/;+$/, '');
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
