import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ClusterOptions, programs } from './cluster.ts';

const execute = promisify(execFile);

/**
 * Role, database and extension as this release wants them, stated anew at every start: so a new password, or a
 * database kept from before, needs no step of its own.
 */
export async function ensureRole(options: ClusterOptions, password: string): Promise<void> {
  if (!/^[A-Za-z0-9]+$/.test(password))
    throw new Error('the database password must be letters and digits only');
  await sql(
    options,
    'postgres',
    `SELECT 'CREATE ROLE ai_semble LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ai_semble') \\gexec
     ALTER ROLE ai_semble PASSWORD '${password}';
     SELECT 'CREATE DATABASE ai_semble OWNER ai_semble'
       WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'ai_semble') \\gexec`,
  );
  await sql(options, 'ai_semble', 'CREATE EXTENSION IF NOT EXISTS vector;');
}

export async function isReady({ socketFolder, port }: ClusterOptions): Promise<boolean> {
  const ready = execute(join(programs, 'pg_isready'), ['--quiet', '-h', socketFolder, '-p', String(port)]);
  return ready.then(
    () => true,
    () => false,
  );
}

async function sql({ socketFolder, port }: ClusterOptions, database: string, text: string): Promise<void> {
  const running = execute(join(programs, 'psql'), [
    ...['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1'],
    ...['-h', socketFolder, '-p', String(port), '-U', 'postgres', '-d', database],
  ]);
  running.child.stdin?.end(text);
  await running;
}
