/** Body of every error answer, in the shape that OpenAI's clients read. */
export interface ErrorBody {
  error: { message: string; type: string; code: string; param: string | null };
}

/** An error that the caller is told about: an HTTP status, a stable code, and a sentence that says what to do. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    { param = null, retryAfter, cause }: { param?: string | null; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.param = param;
    this.retryAfter = retryAfter;
  }
}

export function errorBody(error: ApiError): ErrorBody {
  const type = error.status >= 500 ? 'server_error' : 'invalid_request_error';
  return { error: { message: error.message, type, code: error.code, param: error.param } };
}

/** A service that does not answer just now. */
export function unavailable(what: string, cause?: unknown): ApiError {
  const message = `${what} is not available just now; try again in a moment`;
  return new ApiError(503, 'service_unavailable', message, { retryAfter: 2, cause });
}
