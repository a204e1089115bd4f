import { ApiError, unavailable } from '../../../base/kit/errors.ts';
import type { ReadFile } from './image-input.ts';

/** Reads uploaded files from the data processor, which says how long each is. */
export function fileReader(dataProcessorUrl: string, limitBytes: number): ReadFile {
  return async (id, { signal, reserve }) => {
    const url = `${dataProcessorUrl}/v1/files/${encodeURIComponent(id)}/content`;
    const answer = await fetch(url, { signal }).catch((cause: unknown) => {
      throw signal.aborted ? signal.reason : unavailable('the data processor', cause);
    });
    try {
      if (answer.status === 404)
        throw new ApiError(404, 'file_not_found', `there is no file '${id}'`, { param: 'inputs' });
      if (!answer.ok)
        throw new ApiError(502, 'file_unreadable', `file '${id}' could not be read: ${answer.status}`);
      const length = Number(answer.headers.get('content-length') ?? Number.POSITIVE_INFINITY);
      if (length > limitBytes) {
        const message = `file '${id}' has ${length} bytes; an image may have ${limitBytes} (TASK_BODY_MEBIBYTES)`;
        throw new ApiError(413, 'body_too_large', message, { param: 'inputs' });
      }
      reserve(length);
    } catch (error) {
      await answer.body?.cancel();
      throw error;
    }
    return Buffer.from(await answer.arrayBuffer());
  };
}
