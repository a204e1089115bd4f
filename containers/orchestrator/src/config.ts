import { commonKeys, integer, secretFile, text } from '../../base/kit/config.ts';

const url = (env: string, port: number, what: string) =>
  text({ env, fallback: `http://127.0.0.1:${port}`, help: `where ${what} answers` });

export const configKeys = {
  ...commonKeys,
  host: text({ env: 'HOST', fallback: '0.0.0.0', help: 'address to listen on inside the pod' }),
  port: integer({ env: 'PORT', fallback: '8080', min: 1, max: 65535, help: 'port to listen on' }),
  apiKey: secretFile({
    env: 'API_KEY_FILE',
    fallback: '/run/secrets/api-key/value',
    help: 'file that holds the API key which clients must send',
  }),
  bodyLimitMebibytes: integer({
    env: 'BODY_LIMIT_MEBIBYTES',
    fallback: '32',
    min: 1,
    max: 1024,
    help: 'largest JSON request body, in MiB',
  }),
  answerSeconds: integer({
    env: 'ANSWER_SECONDS',
    fallback: '600',
    min: 1,
    max: 86_400,
    help: 'seconds that a service may stay silent, before its answer or within it',
  }),
  llmUrl: url('LLM_URL', 9081, "the language models' supervisor"),
  visionUrl: url('VISION_URL', 8082, 'the vision service'),
  nlpUrl: url('NLP_URL', 8083, 'the natural-language service'),
  dataProcessorUrl: url('DATA_PROCESSOR_URL', 8084, 'the data processor'),
  postgresHealthUrl: url('POSTGRES_HEALTH_URL', 9432, "PostgreSQL's supervisor"),
};
