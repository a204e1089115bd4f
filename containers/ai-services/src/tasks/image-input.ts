import type { Multipart } from '@fastify/multipart';
import type { FastifyRequest } from '../../../base/kit/app.ts';
import { ApiError } from '../../../base/kit/errors.ts';
import { formError } from '../../../base/kit/form-error.ts';

/** A request as JSON has it, with the bytes that came beside it. `{part: n}` in `inputs` stands for `parts[n]`. */
export interface TaskBody {
  body: unknown;
  parts: Buffer[];
}

/** Fetches an uploaded file's bytes by its id. */
export type ReadFile = (id: string, sources: ImageSources) => Promise<Buffer>;

export interface ImageSources {
  parts: readonly Buffer[];
  signal: AbortSignal;
  /** Claims memory for bytes that did not come with the request; throws where too much is taken. */
  reserve(bytes: number): void;
}

/**
 * A task request in any of its forms: JSON; an image's bytes as the body, with `model` and `parameters` in the query;
 * or a form with one or more images and the fields `model` and `parameters`. `arrived` hears of a form's bytes as they come.
 */
export async function readTaskBody(
  request: FastifyRequest,
  limitBytes: number,
  arrived: (bytes: number) => void,
): Promise<TaskBody> {
  const query = request.query as Record<string, string | undefined>;
  if (/^multipart\/form-data/i.test(request.headers['content-type'] ?? '')) {
    return readForm(request, limitBytes, arrived).catch((error: unknown) => {
      throw formError(error);
    });
  }
  if (Buffer.isBuffer(request.body)) {
    if (request.body.length === 0)
      throw new ApiError(400, 'empty_body', 'the body is empty: send the image, or JSON');
    return { body: withFields({ inputs: { part: 0 } }, query), parts: [request.body] };
  }
  const { body } = request;
  if (query.model === undefined || typeof body !== 'object' || body === null) return { body, parts: [] };
  return { body: { model: query.model, ...body }, parts: [] };
}

/** What the form plugin adds; its types name the `fastify` package, which only the base image has. */
type FormRequest = FastifyRequest & { parts(): AsyncIterable<Multipart> };

async function readForm(
  request: FastifyRequest,
  limitBytes: number,
  arrived: (bytes: number) => void,
): Promise<TaskBody> {
  const parts: Buffer[] = [];
  let left = limitBytes;
  const fields: Record<string, string> = {};
  for await (const part of (request as FormRequest).parts()) {
    if (part.type === 'file') {
      const chunks: Buffer[] = [];
      for await (const chunk of part.file as AsyncIterable<Buffer>) {
        left -= chunk.length;
        if (left < 0) throw bodyTooLarge(limitBytes);
        arrived(chunk.length);
        chunks.push(chunk);
      }
      // Cut off by the form's own reader, which has the same limit.
      if (part.file.truncated) throw bodyTooLarge(limitBytes);
      parts.push(Buffer.concat(chunks));
    } else fields[part.fieldname] = String(part.value);
  }
  if (parts.length === 0) {
    const message = "send the image in a field named 'file'; more than one may be sent";
    throw new ApiError(400, 'missing_file', message, { param: 'file' });
  }
  const refs = parts.map((_, part) => ({ part }));
  return { body: withFields({ inputs: refs.length === 1 ? refs[0] : refs }, fields), parts };
}

export function bodyTooLarge(limitBytes: number): ApiError {
  const message = `a request's images may have ${limitBytes / 2 ** 20} MiB together (TASK_BODY_MEBIBYTES); send fewer`;
  return new ApiError(413, 'body_too_large', message, { param: 'inputs' });
}

function withFields(body: object, fields: Readonly<Record<string, string | undefined>>): object {
  const { model, parameters, ...unknown } = fields;
  const [field] = Object.keys(unknown);
  if (field !== undefined) {
    const message = `there is no field '${field.slice(0, 50)}': beside the images there may be 'model' and 'parameters'`;
    throw new ApiError(400, 'invalid_request', message, { param: field.slice(0, 50) });
  }
  return {
    ...body,
    ...(model === undefined ? {} : { model }),
    ...(parameters === undefined ? {} : { parameters: parseParameters(parameters) }),
  };
}

function parseParameters(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = `'parameters' is not valid JSON: ${(error as Error).message.slice(0, 100)}`;
    throw new ApiError(400, 'invalid_json', message, { param: 'parameters' });
  }
}

/** The bytes of an image, wherever the request says that they are. */
export async function imageBytes(input: unknown, sources: ImageSources, readFile: ReadFile): Promise<Buffer> {
  if (typeof input === 'string') return decodeText(input);
  const { part, image, file_id } = input as { part?: number; image?: string; file_id?: string };
  if (image !== undefined) return decodeText(image);
  if (file_id !== undefined) return readFile(file_id, sources);
  const bytes = sources.parts[part ?? -1];
  if (bytes === undefined)
    throw new ApiError(400, 'missing_file', `there is no part ${part}`, { param: 'inputs' });
  return bytes;
}

/** Base64, bare or in a data URL. */
function decodeText(text: string): Buffer {
  if (/^https?:/i.test(text)) {
    const message =
      'images are not fetched from elsewhere: nothing here can reach out. Send the bytes, base64, or a file_id';
    throw new ApiError(400, 'unsupported_input', message, { param: 'inputs' });
  }
  const encoded = text.replace(/^data:[^,]{0,100};base64,/i, '').replaceAll(/\s/g, '');
  if (encoded === '' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) {
    throw new ApiError(400, 'invalid_image', 'an image as text must be base64 or a base64 data URL', {
      param: 'inputs',
    });
  }
  return Buffer.from(encoded, 'base64');
}
