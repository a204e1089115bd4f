import { ModelFailure } from './failure.ts';

export type Format = 'gguf' | 'onnx';

const word = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/;
/** Neither a first dot (so no `..`, no hidden folder of ours) nor anything that a shell or terminal would act on. */
const segment = /^[A-Za-z0-9_][\w.+=,@()-]{0,199}$/;

/** A model's name: one word for GGUF, `org/repo` for ONNX. */
export function modelName(text: string, format: Format): string {
  const words = text.split('/');
  const right = words.length === (format === 'gguf' ? 1 : 2) && words.every((part) => word.test(part));
  if (right) return text;
  const shape = format === 'gguf' ? 'one word' : 'two words, org/repo,';
  throw new ModelFailure(
    `'${printable(text)}' cannot be the name of a ${format.toUpperCase()} model: ${shape} of letters, digits and . _ + - is`,
    { exit: 2, fix: 'choose one with --name' },
  );
}

export function formatOfName(name: string): Format {
  return name.includes('/') ? 'onnx' : 'gguf';
}

/** A relative path that somebody else chose, held to what can do no harm inside a model's folder. */
export function safePath(text: string): string {
  const parts = text.split('/');
  if (text.length <= 512 && parts.length <= 8 && parts.every((part) => segment.test(part))) return text;
  throw new ModelFailure(`refusing the file name '${printable(text)}': it could lead out of its folder`);
}

/** Foreign text as it may be shown: no control characters, no end of a screen. */
export function printable(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}]/gu, '?');
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean;
}
