// Writes pictures whose contents are known: images.mjs FOLDER. Uses the sharp that the ai-services image has.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const sharp = createRequire('/app/ai-services/package.json')('sharp');
const folder = process.argv.at(-1);
const plain = (width, height, background) => sharp({ create: { width, height, channels: 3, background } });

// Blue, with a white rectangle from 120,20 to 160,50.
const scene = plain(200, 100, '#1020e0').composite([
  { input: await plain(40, 30, '#ffffff').png().toBuffer(), left: 120, top: 20 },
]);
const bytes = await scene.png().toBuffer();
for (const format of ['png', 'jpeg', 'webp', 'gif'])
  await sharp(bytes)
    .toFormat(format)
    .toFile(join(folder, `scene.${format}`));
// A red first frame, then a blue one.
await sharp(
  Buffer.concat([await plain(8, 8, 'red').raw().toBuffer(), await plain(8, 8, 'blue').raw().toBuffer()]),
  {
    raw: { width: 8, height: 16, channels: 3, pageHeight: 8 },
  },
)
  .gif()
  .toFile(join(folder, 'two-frames.gif'));
await plain(1, 1, '#ff0000').png().toFile(join(folder, 'one-pixel.png'));
await plain(12_000, 12_000, 'red').png().toFile(join(folder, 'bomb.png'));
