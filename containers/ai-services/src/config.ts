import { commonKeys, integer, oneOf, text } from '../../base/kit/config.ts';
import { gpuModes } from './llm/gpu.ts';

export const roles = ['llm', 'vision', 'nlp'] as const;
export type Role = (typeof roles)[number];

/** Where each role answers; the language models' own port belongs to llama-server. */
const ports: Readonly<Record<Role, number>> = { llm: 9081, vision: 8082, nlp: 8083 };

export const configKeys = {
  ...commonKeys,
  role: oneOf({ env: 'AI_ROLE', choices: roles, help: 'which of the AI services this container is' }),
  host: text({ env: 'HOST', fallback: '127.0.0.1', help: 'address to listen on inside the pod' }),
  modelsFolder: text({
    env: 'MODELS_FOLDER',
    fallback: '/models',
    help: 'where the models volume is mounted',
  }),
  idleSeconds: integer({
    env: 'IDLE_SECONDS',
    fallback: '900',
    min: 0,
    max: 2_592_000,
    help: 'seconds after which a model that nobody uses is unloaded; 0 means never',
  }),
  enginePort: integer({
    env: 'LLM_PORT',
    fallback: '8081',
    min: 1,
    max: 65535,
    help: "port of llama.cpp's router (llm only)",
  }),
  modelsMax: integer({
    env: 'LLM_MODELS_MAX',
    fallback: '4',
    min: 0,
    max: 64,
    help: 'language models loaded at once; 0 means no limit (llm only)',
  }),
  contextTokens: integer({
    env: 'LLM_CONTEXT_TOKENS',
    fallback: '8192',
    min: 0,
    max: 16_777_216,
    help: 'context of a model whose preset sets no ctx-size, shared by its requests, in tokens; 0 means what it was trained for (llm only)',
  }),
  promptCacheMebibytes: integer({
    env: 'LLM_PROMPT_CACHE_MEBIBYTES',
    fallback: '256',
    min: 0,
    max: 1_048_576,
    help: 'memory that each loaded model may keep of earlier prompts, in MiB (llm only)',
  }),
  loadSeconds: integer({
    env: 'LLM_LOAD_SECONDS',
    fallback: '600',
    min: 1,
    max: 86_400,
    help: 'seconds that loading a model may take (llm only)',
  }),
  gpu: oneOf({
    env: 'LLM_GPU',
    fallback: 'auto',
    choices: gpuModes,
    help: 'whether to compute on a GPU: where there is one, always, or never (llm only)',
  }),
  workers: integer({
    env: 'INFERENCE_WORKERS',
    fallback: '1',
    min: 1,
    max: 32,
    help: 'processes that compute side by side, each with its own copy of the models (vision and nlp)',
  }),
  queueMax: integer({
    env: 'INFERENCE_QUEUE',
    fallback: '128',
    min: 1,
    max: 10_000,
    help: 'requests that may wait for a worker; one more is answered 503 (vision and nlp)',
  }),
  inferenceSeconds: integer({
    env: 'INFERENCE_SECONDS',
    fallback: '300',
    min: 1,
    max: 86_400,
    help: 'seconds that a request may take, waiting included (vision and nlp)',
  }),
  imageMegapixels: integer({
    env: 'IMAGE_MEGAPIXELS',
    fallback: '50',
    min: 1,
    max: 1000,
    help: 'millions of pixels that the images of one request may have together (vision only)',
  }),
  taskBodyMebibytes: integer({
    env: 'TASK_BODY_MEBIBYTES',
    fallback: '32',
    min: 1,
    max: 1024,
    help: 'largest request body, and largest image by file id, in MiB (vision and nlp)',
  }),
  dataProcessorUrl: text({
    env: 'DATA_PROCESSOR_URL',
    fallback: 'http://127.0.0.1:8084',
    help: 'where the data processor answers, for images by file id (vision only)',
  }),
};

export function portOf(role: Role): number {
  return ports[role];
}
