/**
 * Lets Node import .ts files where it was built without its type stripper, as Debian's is: the same stripper
 * (amaro), the same rules, loaded only when a .ts file is. Goes when Debian's Node strips by itself.
 * https://nodejs.org/api/typescript.html#type-stripping
 */
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';

const require = createRequire(import.meta.url);

if (!process.features.typescript) {
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.endsWith('.ts')) return nextLoad(url, context);
      const { transformSync } = require('amaro');
      const source = transformSync(readFileSync(new URL(url), 'utf8'), { mode: 'strip-only' }).code;
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
