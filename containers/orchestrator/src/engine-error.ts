import { ApiError, type ErrorBody, errorBody } from '../../base/kit/errors.ts';

/** The engine's kinds of errors in the words that OpenAI's clients know. */
const codes: Readonly<Record<string, string>> = {
  exceed_context_size_error: 'context_length_exceeded',
  not_supported_error: 'not_supported',
  not_found_error: 'not_found',
  unavailable_error: 'service_unavailable',
};

/**
 * An error answer in the one shape that all of ours have; `undefined` where it is of that shape already, or none.
 * llama-server gives the status as the code, no `param`, and kinds of its own as the type.
 */
export function reshapedError(status: number, text: string): { status: number; body: ErrorBody } | undefined {
  const error = errorOf(text);
  if (typeof error?.message !== 'string') return undefined;
  if (typeof error.code === 'string' && 'param' in error) return undefined;
  // Thrown by /detokenize, which does not look whether the vocabulary has such a token.
  const outOfVocabulary = status === 500 && /_M_range_check/.test(error.message);
  const reshaped = outOfVocabulary
    ? new ApiError(400, 'invalid_request', "there is no such token in the model's vocabulary", {
        param: 'tokens',
      })
    : new ApiError(status, codes[String(error.type)] ?? codeOf(status), error.message);
  return { status: reshaped.status, body: errorBody(reshaped) };
}

function codeOf(status: number): string {
  return status >= 500 ? 'engine_error' : 'invalid_request';
}

function errorOf(text: string): { message?: unknown; code?: unknown; type?: unknown } | undefined {
  try {
    return JSON.parse(text)?.error;
  } catch {
    return undefined;
  }
}
