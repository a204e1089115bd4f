import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from '../../base/kit/app.ts';
import { ApiError } from '../../base/kit/errors.ts';

/** A hook that lets a request pass only with `Authorization: Bearer KEY`; compares in constant time. */
export function requireKey(apiKey: string) {
  const wanted = digest(apiKey);
  return async function requireKeyHook(request: FastifyRequest): Promise<void> {
    const header = request.headers.authorization;
    if (header === undefined) {
      throw new ApiError(
        401,
        'missing_api_key',
        "send the API key as 'Authorization: Bearer KEY'; `make key` prints it",
      );
    }
    const [scheme, key = ''] = header.split(' ', 2);
    if (scheme?.toLowerCase() !== 'bearer' || !timingSafeEqual(digest(key), wanted)) {
      throw new ApiError(
        401,
        'invalid_api_key',
        'this API key is not valid; `make key` prints the right one',
      );
    }
  };
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
