import { commonKeys, integer, oneOf, text } from '../../base/kit/config.ts';

export const roles = ['llm', 'vision', 'nlp'] as const;
export type Role = (typeof roles)[number];

/** Where each role answers; the language models' own port belongs to llama-server. */
const healthPorts: Readonly<Record<Role, number>> = { llm: 9081, vision: 8082, nlp: 8083 };

export const configKeys = {
  ...commonKeys,
  role: oneOf({ env: 'AI_ROLE', choices: roles, help: 'which of the AI services this container is' }),
  host: text({ env: 'HOST', fallback: '127.0.0.1', help: 'address to listen on inside the pod' }),
  modelsFolder: text({
    env: 'MODELS_FOLDER',
    fallback: '/models',
    help: 'where the models volume is mounted',
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
};

export function healthPort(role: Role): number {
  return healthPorts[role];
}
