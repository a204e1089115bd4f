import { portNumber } from './deployment.ts';
import { Failure } from './failure.ts';
import { type Variant, variants } from './pod-manifests.ts';

const kinds = {
  test: { variable: 'TEST_PORT', is: ({ throwAway }: Variant) => throwAway },
  dev: { variable: 'DEV_PORT', is: ({ hotReload }: Variant) => hotReload },
} as const;

/**
 * The test or the dev pod as it is played here: on the port that TEST_PORT or DEV_PORT names, so that several users of
 * one machine do not meet.
 */
export function podVariant(kind: keyof typeof kinds, env: NodeJS.ProcessEnv = process.env): Variant {
  const { variable, is } = kinds[kind];
  const variant = variants.find(is);
  if (variant === undefined) throw new Failure(`no ${kind} pod is described`);
  return { ...variant, hostPort: portNumber(variable, env[variable], variant.hostPort) };
}
