import { ApiError } from '../../base/kit/errors.ts';

/** Codes of Node and of PostgreSQL (https://www.postgresql.org/docs/current/errcodes-appendix.html) for "not there". */
const away = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03', '08006', '08001']);

/** A database that is away for a moment is a 503 to come back from, not an error of ours. */
export function databaseError(error: unknown): unknown {
  const { code, message = '', cause } = error as { code?: string; message?: string; cause?: unknown };
  if (away.has(code ?? '') || /connection terminated/i.test(message)) {
    return new ApiError(
      503,
      'service_unavailable',
      'the database is not available just now; try again in a moment',
      {
        retryAfter: 2,
        cause: error,
      },
    );
  }
  return cause === undefined ? error : databaseErrorOf(error, cause);
}

function databaseErrorOf(error: unknown, cause: unknown): unknown {
  const translated = databaseError(cause);
  return translated instanceof ApiError ? translated : error;
}
