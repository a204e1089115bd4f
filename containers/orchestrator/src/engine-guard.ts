import { ApiError } from '../../base/kit/errors.ts';

/** Characters of a token at most, in the mean: a text that is longer than this for each token cannot fit. */
const charactersPerToken = 16;
/** Grammars and patterns that are longer or nested deeper than any that is meant end llama-server's process. */
const longestGrammar = 32_768;
const deepestGrammar = 64;

const grammarKeys = new Set(['grammar', 'pattern', 'grammar_triggers']);
/** Base64 of pictures and sounds. */
const mediaKeys = new Set(['url', 'data', 'image_url', 'file_data']);

/**
 * Refuses what llama-server would work on for minutes before it refuses it, or die of: a text that is far longer than
 * its context (tokenizing takes the square of the length), and grammars it cannot read.
 */
export function guardEngine(
  body: Readonly<Record<string, unknown>>,
  contextTokens: number | undefined,
): void {
  const longest = (contextTokens ?? Number.POSITIVE_INFINITY) * charactersPerToken;
  let characters = 0;
  const visit = (value: unknown, key: string, inGrammar: boolean): void => {
    if (typeof value === 'string') {
      if (inGrammar) refuseGrammar(value, key);
      if (!mediaKeys.has(key)) characters += value.length;
      if (characters > longest) throw tooLong(contextTokens ?? 0);
    } else if (Array.isArray(value)) {
      for (const item of value) visit(item, key, inGrammar);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, item] of Object.entries(value)) visit(item, name, inGrammar || grammarKeys.has(name));
    }
  };
  visit(body, '', false);
}

function refuseGrammar(text: string, key: string): void {
  let depth = 0;
  let deepest = 0;
  for (const letter of text) {
    if ('([{'.includes(letter)) deepest = Math.max(deepest, ++depth);
    else if (')]}'.includes(letter)) depth--;
  }
  if (text.length <= longestGrammar && deepest <= deepestGrammar) return;
  const message = `'${key}' is longer than ${longestGrammar} characters or nested deeper than ${deepestGrammar} levels`;
  throw new ApiError(400, 'invalid_grammar', message, { param: key });
}

function tooLong(contextTokens: number): ApiError {
  const message = `the text is longer than ${contextTokens * charactersPerToken} characters and cannot fit the model's context of ${contextTokens} tokens; send less, or set a larger ctx-size in presets.ini`;
  return new ApiError(400, 'context_length_exceeded', message, { param: 'messages' });
}
