import { createHash } from 'node:crypto';
import { ModelFailure } from './failure.ts';
import { printable } from './names.ts';
import type { Credentials, Plan } from './plan.ts';
import { filesOfManifest, type Manifest } from './registry-files.ts';
import { boundedText, checkStatus, retrying } from './retry.ts';
import { type RegistrySource, sourceText } from './source.ts';
import { request, type Transport } from './transport.ts';

const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Asks a container registry for a model artifact. https://github.com/opencontainers/distribution-spec */
export async function planFromRegistry(
  transport: Transport,
  source: RegistrySource,
  name?: string,
): Promise<Plan> {
  const credentials = await registryCredentials(transport, source);
  const first = await manifestOf(transport, source, source.reference, credentials);
  const child = childOf(first.manifest);
  const { manifest, digest } = child ? await manifestOf(transport, source, child, credentials) : first;
  const license = manifest.annotations?.['org.opencontainers.image.licenses'];
  return {
    ...filesOfManifest(manifest, source, (blob) => registryBlobUrl(transport, source, blob), name),
    source: sourceText(source),
    revision: digest,
    ...(typeof license === 'string' ? { license: printable(license) } : {}),
    ...(credentials ? { credentials } : {}),
  };
}

export function registryBlobUrl(transport: Transport, source: RegistrySource, digest: string): string {
  return `${registryUrl(transport, source)}/blobs/${digest}`;
}

/** What the registry asks for before it answers: a token that it gives to anybody, or nothing. */
export async function registryCredentials(
  transport: Transport,
  source: RegistrySource,
): Promise<Credentials | undefined> {
  const url = `${registryUrl(transport, source)}/manifests/${source.reference}`;
  return retrying(transport, source.host, async () => {
    const response = await request(transport, url, { headers: { accept } });
    await response.body?.cancel();
    const challenge = response.headers.get('www-authenticate');
    if (response.status !== 401 || challenge === null) return undefined;
    const { realm, service, scope } = parseChallenge(challenge);
    if (realm === undefined || !URL.canParse(realm)) throw denial(source);
    const asked = new URL(realm);
    if (service !== undefined) asked.searchParams.set('service', service);
    asked.searchParams.set('scope', scope ?? `repository:${source.repository}:pull`);
    const answer = checkStatus(await request(transport, asked.href), asked.href, () => denial(source));
    const { token, access_token } = JSON.parse(await boundedText(answer, 2 ** 20, source.host));
    const value = token ?? access_token;
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) throw denial(source);
    return { host: new URL(url).host, authorization: `Bearer ${value}` };
  });
}

/** `Bearer realm="…",service="…",scope="…"` */
export function parseChallenge(header: string): { realm?: string; service?: string; scope?: string } {
  if (!/^bearer /i.test(header)) return {};
  return Object.fromEntries(
    [...header.matchAll(/(realm|service|scope)="([^"]*)"/gi)].map(([, key, value]) => [
      key?.toLowerCase(),
      value,
    ]),
  );
}

async function manifestOf(
  transport: Transport,
  source: RegistrySource,
  reference: string,
  credentials: Credentials | undefined,
): Promise<{ manifest: Manifest; digest: string }> {
  const url = `${registryUrl(transport, source)}/manifests/${reference}`;
  const text = await retrying(transport, source.host, async () => {
    const response = await request(transport, url, { headers: { accept }, credentials });
    return boundedText(
      checkStatus(response, url, () => denial(source)),
      4 * 2 ** 20,
      source.repository,
    );
  });
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  if (reference.startsWith('sha256:') && reference !== digest) {
    throw new ModelFailure(
      `${source.repository}: the manifest is not what was asked for: expected ${reference}, got ${digest}`,
    );
  }
  try {
    return { manifest: JSON.parse(text) as Manifest, digest };
  } catch (cause) {
    throw new ModelFailure(`${source.host} answers no manifest for ${source.repository}`, { cause });
  }
}

/** Of an index, the manifest that is a model: not the attestations about it. */
function childOf({ manifests }: Manifest): string | undefined {
  if (!Array.isArray(manifests)) return undefined;
  const found = manifests.find(({ annotations }) => annotations?.['vnd.docker.reference.type'] === undefined);
  if (!/^sha256:[0-9a-f]{64}$/.test(found?.digest ?? ''))
    throw new ModelFailure('the index names no manifest');
  return found?.digest;
}

function registryUrl({ plainHosts }: Transport, { host, repository }: RegistrySource): string {
  const plain = plainHosts === 'all' || /^(localhost|127\.[\d.]+)(:\d+)?$/.test(host);
  if (host !== 'docker.io') return `${plain ? 'http' : 'https'}://${host}/v2/${repository}`;
  return `https://registry-1.docker.io/v2/${repository.includes('/') ? repository : `library/${repository}`}`;
}

function denial({ host, repository, reference }: RegistrySource): ModelFailure {
  return new ModelFailure(`${host} does not give out ${repository} at ${reference} to everybody`, {
    fix: 'check the name; private repositories are not supported: import a file that you fetched instead',
  });
}
