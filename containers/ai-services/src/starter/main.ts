import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { starterLanguageModel } from './language-model.ts';
import { starterOnnxModels } from './onnx-models.ts';
import { starterToolModel } from './tool-model.ts';
import { starterVisionLanguageModel } from './vision-language-model.ts';

/** Writes the starter models into the models folder given; a file that is already right stays as it is. */
const folder = process.argv[2];
if (folder === undefined) {
  console.error('usage: main.ts MODELS_FOLDER');
  process.exit(2);
}

const presets = `; Per-model settings of llama-server. [*] holds for every model; a section is named after its model.
; https://github.com/ggml-org/llama.cpp/tree/master/tools/server#using-multiple-models
version = 1

[starter-embedding]
model = ${folder}/gguf/starter.gguf
embeddings = true
pooling = mean
`;

put('gguf/starter.gguf', starterLanguageModel());
put('gguf/starter-tools.gguf', starterToolModel());
const { model, projector } = starterVisionLanguageModel();
put('gguf/starter-vision/starter-vision.gguf', model);
put('gguf/starter-vision/mmproj-starter-vision.gguf', projector);
putIfMissing('gguf/presets.ini', presets);
const files = [...starterOnnxModels()];
const written = files.filter(([name, bytes]) => update(name, bytes)).length;
console.log(
  `${join(folder, 'onnx/starter')}: ${written} of ${files.length} files written, the others are up to date`,
);

function put(name: string, bytes: Buffer): void {
  const path = join(String(folder), name);
  console.log(update(name, bytes) ? `${path} written, ${bytes.length} bytes` : `${path} is up to date`);
}

/** Whether the file had to be written: one that is already right stays as it is. */
function update(name: string, bytes: Buffer): boolean {
  const path = join(String(folder), name);
  if (read(path)?.equals(bytes)) return false;
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
  return true;
}

/** Users edit this one: it is never overwritten. */
function putIfMissing(name: string, text: string): void {
  const path = join(String(folder), name);
  if (read(path)) console.log(`${path} is kept as it is`);
  else put(name, Buffer.from(text));
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
