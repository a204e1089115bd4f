import { ApiError } from '../../base/kit/errors.ts';

export interface CompletionRequest {
  /** Nothing where the default is meant. */
  model: string | undefined;
  /** The whole body. */
  value: Readonly<Record<string, unknown>>;
}

/** What routing needs of a JSON body; everything else is the engine's to judge, and reaches it byte for byte. */
export function parseCompletionRequest(body: unknown): CompletionRequest {
  if (!Buffer.isBuffer(body) || body.length === 0) {
    throw new ApiError(400, 'invalid_json', 'send a JSON object as the body');
  }
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError(400, 'invalid_json', 'the body must be a JSON object');
  }
  const { model } = value as { model?: unknown };
  if (model !== undefined && (typeof model !== 'string' || model === '')) throw missingModel();
  return { model, value: value as Record<string, unknown> };
}

export function missingModel(): ApiError {
  const message =
    'name a model: {"model": "…"}; GET /v1/models lists them. The default is the language model that is pinned, where there is one';
  return new ApiError(400, 'missing_model', message, { param: 'model' });
}

function parseJson(body: Buffer): unknown {
  refuseDeep(body);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new ApiError(
      400,
      'invalid_json',
      `the body is not valid JSON: ${(error as Error).message.slice(0, 200)}`,
    );
  }
}

const deepest = 128;

/** Engines read JSON recursively and die of what is nested too deep. */
function refuseDeep(body: Buffer): void {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < body.length; index++) {
    const byte = body[index];
    if (quoted) {
      if (byte === 0x5c) index++;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) quoted = true;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    if (depth > deepest)
      throw new ApiError(400, 'invalid_json', `the body is nested deeper than ${deepest} levels`);
  }
}
