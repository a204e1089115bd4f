import { RawImage } from '@huggingface/transformers';
import sharp from 'sharp';
import { ApiError } from '../../../base/kit/errors.ts';

const formats: readonly (readonly [name: string, is: (bytes: Buffer) => boolean])[] = [
  ['PNG', (bytes) => bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n'],
  ['JPEG', (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff],
  ['GIF', (bytes) => /^GIF8[79]a/.test(bytes.toString('latin1', 0, 6))],
  ['WebP', (bytes) => /^RIFF....WEBP/s.test(bytes.toString('latin1', 0, 12))],
];

/** An image that is decoded when its turn comes: what waits for that holds its file's bytes alone. */
export interface Picture {
  width: number;
  height: number;
  decode(): Promise<RawImage>;
}

/**
 * Images as models see them: upright, three channels, 8 bits. Their sizes are read before a pixel is decoded, so that
 * a few bytes that claim to be a huge picture are refused for what they claim.
 */
export async function openImages(files: readonly Uint8Array[], pixelLimit: number): Promise<Picture[]> {
  const images: Picture[] = [];
  let left = pixelLimit;
  for (const [index, file] of files.entries()) {
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
    const which = files.length > 1 ? `image ${index + 1}` : 'the image';
    if (!formats.some(([, is]) => is(bytes))) throw notAnImage(which);
    const { width, height } = await sizeOf(bytes, which);
    left -= width * height;
    if (left < 0) throw tooManyPixels(which, width, height, pixelLimit);
    images.push({ width, height, decode: () => decode(bytes, which) });
  }
  return images;
}

async function sizeOf(bytes: Buffer, which: string) {
  const { autoOrient } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: Error) => {
      throw broken(which, error);
    });
  return autoOrient;
}

async function decode(bytes: Buffer, which: string): Promise<RawImage> {
  const { data, info } = await sharp(bytes, { limitInputPixels: false, failOn: 'error' })
    .rotate()
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw broken(which, error);
    });
  return new RawImage(new Uint8ClampedArray(data), info.width, info.height, info.channels).rgb();
}

function notAnImage(which: string): ApiError {
  return new ApiError(
    415,
    'unsupported_image',
    `${which} is none of ${formats.map(([name]) => name).join(', ')}`,
    {
      param: 'inputs',
    },
  );
}

function broken(which: string, error: Error): ApiError {
  const words = error.message.split('\n')[0];
  return new ApiError(400, 'invalid_image', `${which} cannot be decoded: ${words}`, { param: 'inputs' });
}

function tooManyPixels(which: string, width: number, height: number, limit: number): ApiError {
  const message = `${which} has ${width} × ${height} pixels; the images of a request may have ${limit / 1e6} million together (IMAGE_MEGAPIXELS): make it smaller`;
  return new ApiError(413, 'image_too_large', message, { param: 'inputs' });
}
