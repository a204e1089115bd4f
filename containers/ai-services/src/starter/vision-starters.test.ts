import { RawImage } from '@huggingface/transformers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { starterOnnxModels } from './onnx-models.ts';
import { black, blue, green, modelsFolder, picture, red, rounded, white } from './starter-pipeline.ts';

const folder = modelsFolder(starterOnnxModels());
test.before(folder.fill);
test.after(folder.remove);

const quarterBlue = picture(64, 64, (x) => (x < 16 ? blue : red));
const tiny = picture(1, 1, () => white);
const thin = picture(3, 1_999, () => black);
const huge = picture(2_000, 1_500, (x) => (x < 1_000 ? green : black));

test('colors: the score is the share of the picture', async () => {
  const classify = await folder.open('image-classification', 'starter/colors');
  assert.equal(rounded(await classify(quarterBlue, { top_k: 2 })), [
    { label: 'red', score: 0.75 },
    { label: 'blue', score: 0.25 },
  ]);
  assert.equal(rounded(await classify([tiny, thin, huge], { top_k: 1 })), [
    [{ label: 'white', score: 1 }],
    [{ label: 'black', score: 1 }],
    [{ label: 'black', score: 0.5 }],
  ]);
});

test('colors: gray and transparent pictures are read like any other', async () => {
  const classify = await folder.open('image-classification', 'starter/colors');
  const images = [1, 4].map(
    (channels) => new RawImage(new Uint8ClampedArray(16 * channels).fill(128), 4, 4, channels as 1),
  );
  assert.equal(rounded(await classify(images, { top_k: 1 })), [
    [{ label: 'gray', score: 1 }],
    [{ label: 'gray', score: 1 }],
  ]);
});

test('color-words: labels score by the colours they name', async () => {
  const classify = await folder.open('zero-shot-image-classification', 'starter/color-words');
  assert.equal(rounded(await classify(quarterBlue, ['something Blue', 'a red thing', 'an elephant'])), [
    { score: 0.75, label: 'a red thing' },
    { score: 0.25, label: 'something Blue' },
    { score: 0, label: 'an elephant' },
  ]);
  assert.equal(rounded(await classify([tiny, thin], ['black', 'white'])), [
    [
      { score: 1, label: 'white' },
      { score: 0, label: 'black' },
    ],
    [
      { score: 1, label: 'black' },
      { score: 0, label: 'white' },
    ],
  ]);
});

test('bright-regions: the box around each bright colour', async () => {
  const detect = await folder.open('object-detection', 'starter/bright-regions');
  const one = picture(64, 64, (x, y) => (x >= 8 && x < 24 && y >= 16 && y < 40 ? red : black));
  const two = picture(100, 50, (x, y) => (x >= 80 && y < 10 ? blue : x < 10 ? green : white));
  assert.equal(rounded(await detect(one)), [
    { score: 0.9996, label: 'red', box: { xmin: 8, ymin: 16, xmax: 24, ymax: 40 } },
  ]);
  assert.equal(rounded(await detect(one, { percentage: true })), [
    { score: 0.9996, label: 'red', box: { xmin: 0.125, ymin: 0.25, xmax: 0.375, ymax: 0.625 } },
  ]);
  assert.equal(rounded(await detect(two)), [
    { score: 0.9996, label: 'green', box: { xmin: 0, ymin: 0, xmax: 10, ymax: 50 } },
    { score: 0.9996, label: 'blue', box: { xmin: 80, ymin: 0, xmax: 100, ymax: 10 } },
  ]);
  assert.equal([await detect(tiny), await detect(thin)], [[], []]);
});

test('color-regions: one mask per colour, pixel by pixel', async () => {
  const segment = await folder.open('image-segmentation', 'starter/color-regions');
  const masks = async (image: RawImage) =>
    ((await segment(image)) as { label: string; score: null; mask: RawImage }[]).map(({ label, mask }) => ({
      label,
      size: mask.size,
      pixels: [...mask.data].filter((value) => value === 255).length,
    }));
  const checkered = picture(4, 2, (x, y) => ((x + y) % 2 === 0 ? red : blue));
  const [first] = (await segment(checkered)) as { label: string; mask: RawImage }[];
  assert.equal([first?.label, [...(first?.mask.data ?? [])]], ['red', [255, 0, 255, 0, 0, 255, 0, 255]]);
  assert.equal(await masks(huge), [
    { label: 'black', size: [2_000, 1_500], pixels: 1_500_000 },
    { label: 'green', size: [2_000, 1_500], pixels: 1_500_000 },
  ]);
  assert.equal(await masks(tiny), [{ label: 'white', size: [1, 1], pixels: 1 }]);
});

test('brightness-depth: bright is near', async () => {
  const estimate = await folder.open('depth-estimation', 'starter/brightness-depth');
  const pixels = async (image: RawImage) => {
    const { depth } = (await estimate(image)) as { depth: RawImage };
    return [depth.size, [...depth.data]];
  };
  const ramp = picture(4, 1, (x) => [x * 85, x * 85, x * 85]);
  assert.equal(await pixels(ramp), [
    [4, 1],
    [0, 84, 169, 255],
  ]);
  // One brightness alone has no nearest point.
  assert.equal(await pixels(tiny), [[1, 1], [0]]);
});

test('captions: the main colour, and a second one that is worth a word', async () => {
  const caption = await folder.open('image-to-text', 'starter/captions');
  assert.equal(await caption(quarterBlue), [{ generated_text: 'a mostly red picture with some blue' }]);
  assert.equal(await caption([tiny, thin]), [
    [{ generated_text: 'a white picture' }],
    [{ generated_text: 'a black picture' }],
  ]);
});

test('color-features: pictures alike in colour and layout are near', async () => {
  const extract = await folder.open('image-feature-extraction', 'starter/color-features');
  const vector = async (image: RawImage) =>
    ((await extract(image, { pool: true })) as { tolist(): number[][] }).tolist()[0] ?? [];
  const [whole, part, other] = [
    await vector(picture(9, 9, () => red)),
    await vector(quarterBlue),
    await vector(tiny),
  ];
  const like = (a: number[], b: number[]) =>
    rounded(a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0));
  assert.equal([whole.length, like(whole, whole), like(whole, part), like(whole, other)], [192, 1, 0.75, 0]);
  const states = (await extract([tiny, thin])) as { dims: number[] };
  assert.equal(states.dims, [2, 17, 12]);
});

test.run();
