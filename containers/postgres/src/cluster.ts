import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ClusterOptions {
  folder: string;
  socketFolder: string;
  host: string;
  port: number;
}

const major = 18;
export const programs = `/usr/lib/postgresql/${major}/bin`;

/** The Unix socket is this container's alone; over TCP only the application's role enters, with its password. */
const hostBasedAccess = `local all all trust
host all ai_semble 127.0.0.1/32 scram-sha-256
`;

/**
 * Makes the database cluster where there is none and returns its folder. Made beside and renamed, so that one
 * broken off half-way is never taken for a whole one.
 */
export function ensureCluster({ folder }: ClusterOptions): string {
  const cluster = join(folder, String(major));
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    const making = `${cluster}.making`;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    execFileSync(
      join(programs, 'initdb'),
      [
        ...[
          '--pgdata',
          making,
          '--username=postgres',
          '--encoding=UTF8',
          '--locale=C.UTF-8',
          '--data-checksums',
        ],
        ...['--auth-local=peer', '--auth-host=reject', '--no-instructions', '--set=huge_pages=off'],
      ],
      { stdio: 'pipe' },
    );
    renameSync(making, cluster);
  }
  chmodSync(cluster, 0o700);
  writeFileSync(join(cluster, 'pg_hba.conf'), hostBasedAccess);
  rmSync(join(cluster, 'postmaster.pid'), { force: true });
  return cluster;
}

export function serverArguments(
  cluster: string,
  options: ClusterOptions,
  linePrefix: string,
): [string, ...string[]] {
  const settings = {
    listen_addresses: options.host,
    port: options.port,
    unix_socket_directories: options.socketFolder,
    log_line_prefix: linePrefix,
    log_destination: 'stderr',
    logging_collector: 'off',
    password_encryption: 'scram-sha-256',
    shared_buffers: '128MB',
    max_connections: 100,
    // /dev/shm is closed to the services.
    dynamic_shared_memory_type: 'sysv',
    // SELinux lets no container map them; tried and denied they are logged at every start.
    huge_pages: 'off',
  };
  return [
    join(programs, 'postgres'),
    ...['-D', cluster],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}
