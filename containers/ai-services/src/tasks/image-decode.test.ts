import sharp, { type Sharp } from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ApiError } from '../../../base/kit/errors.ts';
import { openImages } from './image-decode.ts';

const plain = (width: number, height: number, background: object, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background } });
const red = { r: 255, g: 0, b: 0 };

const decodeImages = async (files: readonly Buffer[], limit: number) =>
  Promise.all((await openImages(files, limit)).map((picture) => picture.decode()));

async function decoded(image: Sharp | Buffer) {
  const [picture] = await decodeImages([Buffer.isBuffer(image) ? image : await image.png().toBuffer()], 1e6);
  assert.ok(picture);
  return { size: [picture.width, picture.height, picture.channels], first: [...picture.data.slice(0, 3)] };
}

async function refusal(files: readonly Buffer[], limit: number): Promise<ApiError> {
  const error = await decodeImages(files, limit).catch((reason: unknown) => reason);
  assert.instance(error, ApiError);
  return error as ApiError;
}

test('whatever it is made of, a picture has three channels of eight bits', async () => {
  assert.equal(await decoded(plain(3, 2, red)), { size: [3, 2, 3], first: [255, 0, 0] });
  assert.equal(await decoded(plain(3, 2, red).greyscale()), { size: [3, 2, 3], first: [127, 127, 127] });
  assert.equal(await decoded(plain(3, 2, { ...red, alpha: 0.5 }, 4)), {
    size: [3, 2, 3],
    first: [255, 0, 0],
  });
  const deep = await plain(3, 2, red).toColourspace('rgb16').png().toBuffer();
  assert.equal((await decoded(deep)).first, [255, 0, 0]);
});

test('a picture that was taken sideways stands upright', async () => {
  const sideways = await plain(4, 2, red).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  assert.equal((await decoded(sideways)).size, [2, 4, 3]);
});

test('the pixels of all pictures count together', async () => {
  const picture = await plain(10, 10, red).png().toBuffer();
  assert.is((await decodeImages([picture, picture], 200)).length, 2);
  const error = await refusal([picture, picture], 199);
  assert.equal([error.status, error.code], [413, 'image_too_large']);
  assert.match(error.message, 'image 2 has 10 × 10 pixels');
});

test('a header that claims a huge picture is refused for its claim alone', async () => {
  const bytes = await plain(1, 1, red).png().toBuffer();
  bytes.writeUInt32BE(100_000, 16);
  bytes.writeUInt32BE(100_000, 20);
  const error = await refusal([bytes], 50e6);
  assert.ok(['image_too_large', 'invalid_image'].includes(error.code), error.code);
});

test('other formats are refused by name, among them SVG', async () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  for (const bytes of [svg, Buffer.from('II*\0'), Buffer.from('%PDF-1.7'), Buffer.alloc(4)]) {
    const error = await refusal([bytes], 1e6);
    assert.equal([error.status, error.message], [415, 'the image is none of PNG, JPEG, GIF, WebP']);
  }
});

test('a picture that is cut short is an error', async () => {
  const bytes = await sharp({
    create: {
      width: 64,
      height: 64,
      channels: 3,
      background: red,
      noise: { type: 'gaussian', mean: 9, sigma: 9 },
    },
  })
    .png()
    .toBuffer();
  assert.is((await refusal([bytes.subarray(0, bytes.length / 2)], 1e6)).code, 'invalid_image');
});

test.run();
