import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import type { Multipart } from '@fastify/multipart';
import { ApiError } from '../../base/kit/errors.ts';
import { formError } from '../../base/kit/form-error.ts';
import type { FileStore, StoredFile } from './file-store.ts';

/** One form with one file in it, and a purpose before or after; a form that breaks off leaves nothing behind. */
export async function receiveUpload(
  parts: AsyncIterable<Multipart>,
  files: FileStore,
  limitMebibytes: number,
): Promise<StoredFile> {
  let upload: { id: string; filename: string } | undefined;
  let purpose = 'user_data';
  try {
    for await (const part of parts) {
      if (part.type === 'field') {
        if (part.fieldname === 'purpose') purpose = printable(String(part.value)).slice(0, 100);
        continue;
      }
      if (upload) {
        part.file.resume();
        throw new ApiError(400, 'too_many_files', 'send one file a request');
      }
      upload = { id: await files.write(part.file), filename: shortened(printable(part.filename ?? '')) };
      if ((part.file as Readable & { truncated: boolean }).truncated) {
        const message = `the file is larger than the limit of ${limitMebibytes} MiB (UPLOAD_LIMIT_MEBIBYTES)`;
        throw new ApiError(413, 'body_too_large', message);
      }
    }
    if (upload === undefined) {
      throw new ApiError(400, 'missing_file', "send the file as multipart/form-data in a field named 'file'");
    }
    return await files.record(upload.id, upload.filename, purpose);
  } catch (error) {
    if (upload) await files.discard(upload.id);
    throw formError(error);
  }
}

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, '');
}

/** At most 255 characters, with the ending kept: it says how the file is read. */
function shortened(filename: string): string {
  if (filename === '') return 'unnamed';
  if (filename.length <= 255) return filename;
  const ending = extname(filename).slice(0, 16);
  return filename.slice(0, 255 - ending.length).toWellFormed() + ending;
}
