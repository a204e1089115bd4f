import { ApiError } from './errors.ts';

/** The form parser's own errors are the sender's, whatever they are called. */
export function formError(error: unknown): unknown {
  if (error instanceof ApiError || (error as { code?: string }).code?.startsWith('FST_')) return error;
  const { message } = error as Error;
  const ofTheForm = /boundary|multipart|unexpected end of form|malformed part/i.test(message);
  return ofTheForm ? new ApiError(400, 'invalid_multipart', `the form is not valid: ${message}`) : error;
}
