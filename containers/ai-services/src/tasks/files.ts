import { ApiError } from '../../../base/kit/errors.ts';
import type { ReadFile } from './image-input.ts';

/** Reads uploaded files from the data processor. */
export function fileReader(dataProcessorUrl: string, limitBytes: number): ReadFile {
  return async (id, signal) => {
    const url = `${dataProcessorUrl}/v1/files/${encodeURIComponent(id)}/content`;
    const answer = await fetch(url, { signal }).catch((cause: unknown) => {
      if (signal.aborted) throw signal.reason;
      throw new ApiError(
        503,
        'service_unavailable',
        'the data processor does not answer; try again in a moment',
        {
          retryAfter: 2,
          cause,
        },
      );
    });
    if (answer.status === 404)
      throw new ApiError(404, 'file_not_found', `there is no file '${id}'`, { param: 'inputs' });
    if (!answer.ok)
      throw new ApiError(502, 'file_unreadable', `file '${id}' could not be read: ${answer.status}`);
    const length = Number(answer.headers.get('content-length') ?? 0);
    if (length > limitBytes) {
      await answer.body?.cancel();
      const message = `file '${id}' has ${length} bytes; an image may have ${limitBytes} (TASK_BODY_MEBIBYTES)`;
      throw new ApiError(413, 'body_too_large', message, { param: 'inputs' });
    }
    return Buffer.from(await answer.arrayBuffer());
  };
}
