import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { starterLanguageModel } from './language-model.ts';

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
putIfMissing('gguf/presets.ini', presets);

function put(name: string, bytes: Buffer): void {
  const path = join(String(folder), name);
  if (read(path)?.equals(bytes)) {
    console.log(`${path} is up to date`);
    return;
  }
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
  console.log(`${path} written, ${bytes.length} bytes`);
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
