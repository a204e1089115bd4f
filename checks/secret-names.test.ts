import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isSecretName } from './secret-names.ts';

const test = suite('secret-names');

for (const name of [
  'PASSWORD',
  'PGPASSWORD',
  'MYSQL_ROOT_PASSWORD',
  'dbPassword',
  'db-pass',
  'HF_TOKEN',
  'apiKey',
  'OPENAI_API_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'SSH_PRIVATE_KEY',
  'CLIENT_SECRET',
  'REGISTRY_CREDENTIALS',
])
  test(`${name} would hold a secret`, () => assert.ok(isSecretName(name)));

for (const name of [
  'PASSWORD_FILE',
  'TOKEN_PATH',
  'SECRET_NAME',
  'MAX_TOKENS',
  'TOKENIZERS_PARALLELISM',
  'PAD_TOKEN',
  'PRIMARY_KEY',
  'KEYBOARD',
  'COMPASS',
  'BYPASS',
  '',
])
  test(`'${name}' would not`, () => assert.not(isSecretName(name)));

test.run();
