import { ModelFailure } from './failure.ts';
import { modelName, safePath } from './names.ts';
import { ggufPath, type Plan } from './plan.ts';
import { checkStatus, retrying } from './retry.ts';
import type { UrlSource } from './source.ts';
import { request, type Transport } from './transport.ts';

/** A model that is one file at an address. */
export async function planFromAddress(transport: Transport, source: UrlSource, name?: string): Promise<Plan> {
  const { url, sha256 } = source;
  const address = new URL(url);
  const fileName = safePath(decoded(address.pathname.slice(address.pathname.lastIndexOf('/') + 1)));
  const model = modelName(name ?? fileName.replace(/\.gguf$/i, ''), 'gguf');
  const size = await sizeOf(transport, url);
  // What follows the question mark is for this one request: often a signature, that nobody should find written down.
  address.search = '';
  return {
    name: model,
    format: 'gguf',
    source: address.href,
    files: [
      {
        path: ggufPath(model, fileName, 1),
        from: address.href,
        url,
        ...(size === undefined ? {} : { size }),
        ...(sha256 === undefined ? {} : { sha256 }),
      },
    ],
  };
}

/** Servers may refuse HEAD: then the size is learnt with the first bytes. */
async function sizeOf(transport: Transport, url: string): Promise<number | undefined> {
  return retrying(transport, url, async () => {
    const response = await request(transport, url, { method: 'HEAD' });
    if (response.status === 405 || response.status === 501 || response.status === 403) return undefined;
    const length = checkStatus(response, url).headers.get('content-length');
    return length === null ? undefined : Number(length);
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ModelFailure(`'${text}' is no name for a file`, { exit: 2, cause });
  }
}
