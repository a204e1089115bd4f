// Strips the .ts files in a folder ahead, so that services start in half of the time. Argument: the folder.
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strip, strippedFile } from './typescript.mjs';

const [folder] = process.argv.slice(2);
for (const name of globSync('**/*.ts', { cwd: folder, exclude: ['**/*.test.ts'] })) {
  const file = join(folder, name);
  writeFileSync(strippedFile(file), strip(file));
}
