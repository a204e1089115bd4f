import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerBytes, answerText, type HubUnderTest, sha256 } from './hub-under-test.ts';

/** What a registry keeps under one name and reference: a manifest and the blobs that it speaks of. */
export interface Artifact {
  manifest: object;
  blobs: readonly Buffer[];
}

export interface TestLayer {
  body: Buffer;
  mediaType: string;
  title?: string;
}

const pass = 'registry-pass';

export function artifact(layers: readonly TestLayer[]): Artifact {
  return {
    blobs: layers.map(({ body }) => body),
    manifest: {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      layers: layers.map(({ body, mediaType, title }) => ({
        mediaType,
        digest: `sha256:${sha256(body)}`,
        size: body.length,
        ...(title === undefined ? {} : { annotations: { 'org.opencontainers.image.title': title } }),
      })),
    },
  };
}

/** The distribution API for anonymous readers: first a token, then manifests; blobs lie on another host. */
export function answerRegistry(
  hub: HubUnderTest,
  request: IncomingMessage,
  response: ServerResponse,
  elsewhere: (body: Buffer) => void,
): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', hub.url);
  const address = `http://${request.headers.host}`;
  if (pathname === '/token') {
    const right =
      searchParams.get('service') === 'test' &&
      /^repository:[a-z/-]+:pull$/.test(searchParams.get('scope') ?? '');
    answerText(response, right ? 200 : 400, right ? JSON.stringify({ token: pass }) : 'bad scope');
    return;
  }
  const [, name = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
  if (request.headers.authorization !== `Bearer ${pass}`) {
    const challenge = `Bearer realm="${address}/token",service="test",scope="repository:${name}:pull"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
    return;
  }
  const own = Object.entries(hub.artifacts).filter(([key]) => key.startsWith(`${name}:`));
  if (kind === 'manifests') {
    const found = own.find(
      ([key, { manifest }]) =>
        key === `${name}:${reference}` || `sha256:${sha256(JSON.stringify(manifest))}` === reference,
    );
    if (!found) {
      answerText(response, 404, 'MANIFEST_UNKNOWN');
      return;
    }
    answerBytes(hub, request, response, Buffer.from(JSON.stringify(found[1].manifest)));
    return;
  }
  const blob = own.flatMap(([, { blobs }]) => blobs).find((body) => `sha256:${sha256(body)}` === reference);
  if (blob) elsewhere(blob);
  else answerText(response, 404, 'BLOB_UNKNOWN');
}
