import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { kubeSecretName, platform, type SecretId, secretName } from './platform.ts';
import type { Podman } from './podman.ts';
import type { Action } from './run.ts';
import { kubeSecret } from './secret.ts';

export const secretIds: readonly SecretId[] = ['api-key', 'postgres-password'];

const digestLabel = 'io.ai-semble.sha256';

/**
 * podman's two forms of each secret (the bare value for Quadlets, a Kubernetes Secret for `kube play`), made anew
 * where they are missing or hold another value than the account's settings.
 */
export async function podmanSecretsPlan(podman: Podman, id: SecretId, value: string): Promise<Action[]> {
  const kubeName = kubeSecretName(platform.name, id);
  const forms = [
    [secretName(platform.name, id), value],
    [kubeName, stringify(kubeSecret(kubeName, value))],
  ] as const;
  const wanted = createHash('sha256').update(value).digest('hex');
  const plan: Action[] = [];
  for (const [name, input] of forms) {
    const found = await secretDigest(podman, name);
    if (found === wanted) continue;
    if (found !== undefined)
      plan.push({ does: 'drop the old secret', argv: podman.argv(['secret', 'rm', name]) });
    const labels = ['--label', `app=${platform.name}`, '--label', `${digestLabel}=${wanted}`];
    plan.push({
      does: `store the secret ${name}`,
      argv: podman.argv(['secret', 'create', ...labels, name, '-']),
      input,
    });
  }
  return plan;
}

/** Digests of all secrets, so that a deployment can tell that one has changed. */
export async function secretDigests(podman: Podman): Promise<string[]> {
  const names = secretIds.map((id) => secretName(platform.name, id));
  return Promise.all(names.map(async (name) => (await secretDigest(podman, name)) ?? ''));
}

/** SHA-256 of a secret's value as its label says; empty without the label, `undefined` without the secret. */
async function secretDigest(podman: Podman, name: string): Promise<string | undefined> {
  const output = await podman.attempt(['secret', 'inspect', name]);
  if (output.exitCode !== 0) return undefined;
  const [secret] = JSON.parse(output.stdout) as Array<{ Spec?: { Labels?: Record<string, string> } }>;
  return secret?.Spec?.Labels?.[digestLabel] ?? '';
}
