import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bertFiles, vitFiles } from '../starter/architectures.ts';
import { measureGpu, writeGpuModels } from './gpu.ts';
import { benchHealth } from './health.ts';
import { benchLanguageModel } from './language-model.ts';
import { benchStreams } from './streams.ts';
import { benchTasks, taskModels } from './tasks.ts';

/**
 * `models FOLDER` writes the models to measure with, `measure` prints one JSON object of figures; `gpu-models FOLDER`
 * (`quick` after it for a tiny one) and `gpu-measure` do so for the GPU.
 */
const [verb, folder = '/models', size] = process.argv.slice(2);

if (verb === 'models') writeModels(folder);
else if (verb === 'measure') console.log(JSON.stringify(await measure()));
else if (verb === 'gpu-models') writeGpuModels(folder, size === 'quick');
else if (verb === 'gpu-measure') console.log(JSON.stringify(await measureGpu()));
else {
  console.error('usage: main.ts models FOLDER | measure | gpu-models FOLDER [quick] | gpu-measure');
  process.exit(2);
}

function writeModels(target: string): void {
  const path = join(target, 'gguf/bench-f16.gguf');
  writeFileSync(path, benchLanguageModel());
  const { status, stderr } = spawnSync('llama-quantize', [path, join(target, 'gguf/bench.gguf'), 'q8_0'], {
    encoding: 'utf8',
  });
  rmSync(path);
  if (status !== 0) throw new Error(`llama-quantize: ${stderr.slice(-500)}`);
  const shape = { hidden: 384, layers: 6, heads: 12, seed: 1, labels: ['a', 'b'] };
  const files = [
    ...bertFiles({ ...shape, id: taskModels.text }),
    ...vitFiles({ ...shape, id: taskModels.picture, image: 224, patch: 16 }),
  ];
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    writeFileSync(join(target, name), bytes);
  }
}

async function measure() {
  const key = process.env.API_KEY ?? '';
  return {
    streams: [await benchStreams(key, 1), await benchStreams(key, 4), await benchStreams(key, 16)],
    tasks: await benchTasks(key, folder),
    health: await benchHealth(key),
  };
}
