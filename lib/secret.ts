import { randomInt } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A new secret of 48 letters and digits, about 285 bits. */
export function newSecret(): string {
  return Array.from({ length: 48 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/**
 * A Kubernetes Secret whose file is called `value`, read alike by every podman: 4.3 takes `data` as it stands
 * and knows no `stringData`; later ones decode `data` from base64 and let `stringData` win. Hence the bare
 * value in both places, which must itself be valid base64: letters and digits, a multiple of four long.
 * https://github.com/containers/podman/blob/v4.3.1/pkg/specgen/generate/kube/volume.go
 */
export function kubeSecret(name: string, value: string): object {
  if (!/^([A-Za-z0-9]{4})+$/.test(value)) {
    throw new TypeError('a secret for kube play is letters and digits only, a multiple of four long');
  }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: 'Opaque',
    data: { value },
    stringData: { value },
  };
}
