import { ApiError } from '../../../base/kit/errors.ts';

/** What ajv says of a value. */
export interface Violation {
  instancePath?: string;
  keyword?: string;
  message?: string;
  params?: Record<string, unknown>;
}

/** Of the branches that an input may take, the one that it got furthest in says what is wrong. */
export function invalidRequest(violations: readonly Violation[] | null | undefined): ApiError {
  const telling = violations?.find(({ keyword }) => keyword !== 'type' && keyword !== 'anyOf');
  const {
    instancePath = '',
    keyword,
    message = 'is not valid',
    params = {},
  } = telling ?? violations?.[0] ?? {};
  const where = instancePath.replace(/^\//, '').replaceAll('/', '.');
  const field =
    keyword === 'additionalProperties' ? ` ('${String(params.additionalProperty).slice(0, 50)}')` : '';
  const allowed = keyword === 'enum' ? `: ${(params.allowedValues as unknown[]).join(', ')}` : '';
  const text = `${where === '' ? 'the request' : `'${where}'`} ${message}${field}${allowed}`;
  return new ApiError(400, 'invalid_request', text, { param: where.split('.')[0] || null });
}
