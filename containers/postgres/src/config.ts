import { commonKeys, integer, secretFile, text } from '../../base/kit/config.ts';

export const configKeys = {
  ...commonKeys,
  host: text({ env: 'HOST', fallback: '127.0.0.1', help: 'address to listen on inside the pod' }),
  port: integer({ env: 'POSTGRES_PORT', fallback: '5432', min: 1, max: 65535, help: "PostgreSQL's port" }),
  healthPort: integer({
    env: 'PORT',
    fallback: '9432',
    min: 1,
    max: 65535,
    help: 'port of /healthz and /readyz',
  }),
  folder: text({
    env: 'POSTGRES_FOLDER',
    fallback: '/var/lib/postgresql',
    help: 'where the database volume is mounted',
  }),
  socketFolder: text({
    env: 'POSTGRES_SOCKET_FOLDER',
    fallback: '/run/postgresql',
    help: 'folder of the Unix socket, reachable in this container only',
  }),
  password: secretFile({
    env: 'POSTGRES_PASSWORD_FILE',
    fallback: '/run/secrets/postgres-password/value',
    help: "file that holds the password of the role 'ai_semble'",
  }),
};
