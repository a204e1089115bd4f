import { stringify } from 'yaml';
import { kubeSecretName, platform, type SecretId, secretName } from './platform.ts';
import type { Podman } from './podman.ts';
import type { Action } from './run.ts';
import { kubeSecret } from './secret.ts';

export const secretIds: readonly SecretId[] = ['api-key', 'postgres-password'];

/** podman's two forms of a secret: the bare value for Quadlets, a Kubernetes Secret for `kube play`. */
export function podmanSecretPlan(podman: Podman, id: SecretId, value: string): Action[] {
  const kubeName = kubeSecretName(platform.name, id);
  const forms = [
    [secretName(platform.name, id), value],
    [kubeName, stringify(kubeSecret(kubeName, value))],
  ] as const;
  return forms.map(([name, input]) => ({
    does: `store the secret ${name}`,
    argv: podman.argv(['secret', 'create', '--label', `app=${platform.name}`, name, '-']),
    input,
  }));
}
