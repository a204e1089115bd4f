import { existsSync } from 'node:fs';

/** Where distributions keep the machine's certificate authorities. */
const bundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

/** Where containers find them, for networks that inspect TLS. */
export const authoritiesInside = '/run/host-ca.crt';

/** podman's flag that shows a container the machine's certificate authorities; nothing where it has none. */
export function authoritiesVolume(): string[] {
  const bundle = bundles.find(existsSync);
  return bundle === undefined ? [] : [`--volume=${bundle}:${authoritiesInside}:ro`];
}
