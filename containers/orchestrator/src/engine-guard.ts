import { ApiError } from '../../base/kit/errors.ts';

/** Characters of a token at most, in the mean: a text that is longer than this for each token cannot fit. */
const charactersPerToken = 16;
/** Grammars and patterns that are longer or nested deeper than any that is meant end llama-server's process. */
const longestGrammar = 32_768;
const deepestGrammar = 64;

const grammarKeys = new Set(['grammar', 'pattern', 'grammar_triggers']);
/** Base64 of pictures and sounds. */
const mediaKeys = new Set(['url', 'data', 'image_url', 'file_data', 'multimodal_data']);
/** Lists whose items the engine reads one by one, each in a context of its own. */
const batchKeys = new Set(['input', 'documents', 'texts', 'prompt', 'content']);

/**
 * Refuses what llama-server would work on for minutes before it refuses it, or die of: a text that is far longer than
 * its context (tokenizing takes the square of the length), and grammars it cannot read.
 */
export function guardEngine(
  body: Readonly<Record<string, unknown>>,
  contextTokens: number | undefined,
): void {
  const longest = (contextTokens ?? Number.POSITIVE_INFINITY) * charactersPerToken;
  let shared = 0;
  let item = { key: '', characters: 0 };
  for (const [key, value] of Object.entries(body)) {
    const inGrammar = grammarKeys.has(key);
    if (isBatch(key, value)) {
      const characters = Math.max(...value.map((each) => charactersOf(each, key, inGrammar)));
      if (characters > item.characters) item = { key, characters };
    } else {
      const characters = charactersOf(value, key, inGrammar);
      shared += characters;
      if (characters > longest) throw tooLong(key, contextTokens ?? 0);
    }
  }
  if (shared + item.characters > longest) throw tooLong(item.key || 'messages', contextTokens ?? 0);
}

/**
 * Whether each item is a text of its own: texts, lists of tokens, a text with its pictures. Texts among bare tokens are
 * one prompt, and so are the messages of a conversation.
 */
function isBatch(key: string, value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && batchKeys.has(key) && value.every(isWhole);
}

function isWhole(item: unknown): boolean {
  if (typeof item === 'string' || Array.isArray(item)) return true;
  return (
    typeof item === 'object' &&
    item !== null &&
    ('prompt_string' in item || 'text' in item) &&
    !('type' in item)
  );
}

/** Of the text in a value, wherever it stands; refuses grammars on the way. */
function charactersOf(value: unknown, key: string, inGrammar: boolean): number {
  if (typeof value === 'string') {
    if (inGrammar) refuseGrammar(value, key);
    return mediaKeys.has(key) ? 0 : value.length;
  }
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value))
    return value.reduce((sum: number, item) => sum + charactersOf(item, key, inGrammar), 0);
  return Object.entries(value).reduce(
    (sum, [name, item]) => sum + charactersOf(item, name, inGrammar || grammarKeys.has(name)),
    0,
  );
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

function tooLong(param: string, contextTokens: number): ApiError {
  const message = `the text is longer than ${contextTokens * charactersPerToken} characters and cannot fit the model's context of ${contextTokens} tokens; send less, or set a larger ctx-size in presets.ini`;
  return new ApiError(400, 'context_length_exceeded', message, { param });
}
