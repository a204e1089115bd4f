import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, ModelFailure } from './failure.ts';
import { syncPath, writeWhole } from './writing.ts';

const file = 'gguf/presets.ini';
const longest = 2 ** 20;

/** llama-server's settings per language model, as they stand; nothing where there are none. */
export async function readPresets(folder: string): Promise<string> {
  return readFile(join(folder, file), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
}

/** Replaces them in one step, once they can be read: a line that llama-server would stumble over stops the service. */
export async function writePresets(folder: string, text: string): Promise<void> {
  refuseUnreadable(text);
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(`${path}.part`, 'w', 0o644);
  try {
    await writeWhole(handle, Buffer.from(text), 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.part`, path);
  await syncPath(dirname(path));
}

/** Empty lines, comments, `[section]` and `key = value`; `version = 1` may stand before the first section. */
function refuseUnreadable(text: string): void {
  if (text.trim() === '' || text.length > longest) {
    throw new ModelFailure(`presets have between 1 and ${longest} characters`, { exit: 2 });
  }
  const known = /^(\s*([;#].*)?|\s*\[[^\]\n]+\]\s*|\s*[\w.-]+\s*=.*)$/;
  const wrong = text.split(/\r?\n/).findIndex((line) => !known.test(line));
  if (wrong < 0) return;
  throw new ModelFailure(`line ${wrong + 1} is neither a [section], a 'key = value' nor a comment`, {
    exit: 2,
    fix: "make models ARGS='presets' prints what is there now",
  });
}
