import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from '../../base/kit/app.ts';
import { ApiError } from '../../base/kit/errors.ts';

/** A hook that lets a request pass only with the key; compares in constant time. */
export function requireKey(apiKey: string) {
  const wanted = digest(apiKey);
  return async function requireKeyHook(request: FastifyRequest): Promise<void> {
    const key = keyOf(request);
    if (key === undefined) {
      throw new ApiError(
        401,
        'missing_api_key',
        "send the API key as 'Authorization: Bearer KEY'; `make key` prints it",
      );
    }
    if (!timingSafeEqual(digest(key), wanted)) {
      throw new ApiError(
        401,
        'invalid_api_key',
        'this API key is not valid; `make key` prints the right one',
      );
    }
  };
}

/** From where OpenAI's clients put it, or Anthropic's. */
function keyOf({ headers }: FastifyRequest): string | undefined {
  if (headers.authorization === undefined) {
    return typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : undefined;
  }
  const [scheme, key = ''] = headers.authorization.split(' ', 2);
  return scheme?.toLowerCase() === 'bearer' ? key : '';
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
