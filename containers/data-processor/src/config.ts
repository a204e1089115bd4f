import { commonKeys, integer, secretFile, text } from '../../base/kit/config.ts';

export const configKeys = {
  ...commonKeys,
  host: text({ env: 'HOST', fallback: '127.0.0.1', help: 'address to listen on inside the pod' }),
  port: integer({ env: 'PORT', fallback: '8084', min: 1, max: 65535, help: 'port to listen on' }),
  folder: text({ env: 'DATA_FOLDER', fallback: '/data', help: 'where the data volume is mounted' }),
  postgresHost: text({ env: 'POSTGRES_HOST', fallback: '127.0.0.1', help: "PostgreSQL's address" }),
  postgresPort: integer({
    env: 'POSTGRES_PORT',
    fallback: '5432',
    min: 1,
    max: 65535,
    help: "PostgreSQL's port",
  }),
  postgresPassword: secretFile({
    env: 'POSTGRES_PASSWORD_FILE',
    fallback: '/run/secrets/postgres-password/value',
    help: "file that holds the password of the role 'ai_semble'",
  }),
  uploadLimitMebibytes: integer({
    env: 'UPLOAD_LIMIT_MEBIBYTES',
    fallback: '4096',
    min: 1,
    max: 1_048_576,
    help: 'largest file that can be uploaded, in MiB',
  }),
  runsAtOnce: integer({
    env: 'RUNS_AT_ONCE',
    fallback: '2',
    min: 1,
    max: 64,
    help: 'workflow runs worked on at the same time; more wait in a queue',
  }),
  transformMebibytes: integer({
    env: 'TRANSFORM_MEBIBYTES',
    fallback: '640',
    min: 64,
    max: 1_048_576,
    help: 'memory of one transformation in MiB, after which DuckDB spills to the data volume',
  }),
  spillMebibytes: integer({
    env: 'SPILL_MEBIBYTES',
    fallback: '8192',
    min: 0,
    max: 1_048_576,
    help: 'how much one transformation may spill, in MiB',
  }),
  runSeconds: integer({
    env: 'RUN_SECONDS',
    fallback: '3600',
    min: 1,
    max: 604_800,
    help: 'seconds after which a workflow run is ended',
  }),
};
