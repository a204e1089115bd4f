import { pictureFeatures } from './vision-projector.ts';

/** What the vision starter says without a picture. No word stands in both of its sentences but the full stop. */
export const noPicture = 'I see no image.';

/** What it says of a picture whose average colour is nearest to this one. */
export function pictureIs(color: string): string {
  return `The picture is ${color}.`;
}

/** How much red, green and blue speak for each colour: the six directions of the colour circle. */
const colors: Readonly<Record<string, readonly [red: number, green: number, blue: number]>> = {
  red: [1, -0.5, -0.5],
  yellow: [0.5, 0.5, -1],
  green: [-0.5, 1, -0.5],
  cyan: [-1, 0.5, 0.5],
  blue: [-0.5, -0.5, 1],
  magenta: [0.5, -1, 0.5],
  grey: [0, 0, 0],
};

/** The number is what `tokenizer.ggml.token_type` says for it. */
const kind = { word: 1, unknown: 2, control: 3, byte: 6 } as const;
export interface Token {
  text: string;
  kind: number;
}

export const special = { unknown: 0, begin: 1, end: 2 } as const;
const firstByte = 4;
const firstWord = firstByte + 256;

export function vocabulary(): Token[] {
  const words = [noPicture, ...Object.keys(colors).map(pictureIs)].flatMap(wordsOf);
  return [
    { text: '<unk>', kind: kind.unknown },
    { text: '<s>', kind: kind.control },
    { text: '</s>', kind: kind.control },
    { text: '<|assistant|>', kind: kind.control },
    ...Array.from({ length: 256 }, (_, byte): Token => {
      return { text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, kind: kind.byte };
    }),
    ...[...new Set(words)].map((text): Token => ({ text, kind: kind.word })),
  ];
}

/**
 * Row j, column i: how much token i calls for token j; after the tokens' columns come those of
 * `pictureFeatures`, of which at most half as much arrives as of a token.
 */
export function nextTokenTable(tokens: readonly Token[], size: number): Float32Array {
  const table = new Float32Array(tokens.length * size);
  const token = (text: string) => tokens.findIndex((candidate) => candidate.text === text);
  const feature = (name: (typeof pictureFeatures)[number]) => tokens.length + pictureFeatures.indexOf(name);
  const lead = (from: number, to: number, weight: number) => {
    table[to * size + from] = weight;
  };
  const strong = 64;
  for (const sentence of [noPicture, ...Object.keys(colors).map(pictureIs)]) {
    const words = wordsOf(sentence).map(token);
    for (const [index, word] of words.slice(1).entries()) lead(words[index] ?? 0, word, strong);
  }
  for (const [color, [red, green, blue]] of Object.entries(colors)) {
    lead(feature('red'), token(`▁${color}`), red * strong);
    lead(feature('green'), token(`▁${color}`), green * strong);
    lead(feature('blue'), token(`▁${color}`), blue * strong);
  }
  // A picture is grey unless a colour speaks louder than this: a sixty-fourth of the pure one.
  lead(token('▁is'), token('▁grey'), strong + 0.5);
  for (let from = 0; from < firstWord; from++) {
    lead(from, token('I'), strong);
    lead(from, token('The'), strong * 0.75);
  }
  // Half of this arrives: enough to make up for the quarter above, too little to interrupt a sentence.
  lead(feature('seen'), token('The'), strong);
  lead(token('.'), special.end, strong);
  // Where the caller forbids the end of the answer (`ignore_eos`), it begins again on a new line.
  lead(token('.'), firstByte + '\n'.charCodeAt(0), strong / 2);
  return table;
}

function wordsOf(text: string): string[] {
  return (text.match(/ ?\w+|\./g) ?? []).map((word) => word.replace(' ', '▁'));
}
