/**
 * Lets Node import .ts files where it was built without its type stripper, as Debian's is: the same stripper
 * (amaro), the same rules, loaded only when a .ts file is that has not been stripped already (strip-types.mjs). Goes
 * when Debian's Node strips by itself.
 * https://nodejs.org/api/typescript.html#type-stripping
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** Where the JavaScript of a .ts file lies, if it was stripped ahead. */
export const strippedFile = (file) => file.replace(/\.ts$/, '.js');

/** A .ts file's JavaScript, in which everything stands where it stood. */
export const strip = (file) =>
  require('amaro').transformSync(readFileSync(file, 'utf8'), { mode: 'strip-only' }).code;

if (!process.features.typescript) {
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.endsWith('.ts')) return nextLoad(url, context);
      const file = fileURLToPath(url);
      const ready = strippedFile(file);
      const source = existsSync(ready) ? readFileSync(ready, 'utf8') : strip(file);
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
