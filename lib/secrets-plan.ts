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
export async function podmanSecretsPlan(
  podman: Podman,
  values: ReadonlyMap<SecretId, string>,
): Promise<Action[]> {
  const forms = [...values].flatMap(([id, value]) => {
    const kubeName = kubeSecretName(platform.name, id);
    const wanted = createHash('sha256').update(value).digest('hex');
    return [
      { name: secretName(platform.name, id), input: value, wanted },
      { name: kubeName, input: stringify(kubeSecret(kubeName, value)), wanted },
    ];
  });
  const digests = await digestsOf(
    podman,
    forms.map(({ name }) => name),
  );
  const plan: Action[] = [];
  for (const { name, input, wanted } of forms) {
    const found = digests.get(name);
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
  const digests = await digestsOf(podman, names);
  return names.map((name) => digests.get(name) ?? '');
}

/** SHA-256 of each secret's value as its label says; empty without the label, absent without the secret. */
async function digestsOf(podman: Podman, names: readonly string[]): Promise<Map<string, string>> {
  // Exits 125 where one of them is missing, and describes the others.
  const { stdout } = await podman.attempt(['secret', 'inspect', ...names]);
  const secrets = JSON.parse(stdout || '[]') as Array<{
    Spec: { Name: string; Labels?: Record<string, string> };
  }>;
  return new Map(secrets.map(({ Spec }) => [Spec.Name, Spec.Labels?.[digestLabel] ?? '']));
}
