import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quadletSections } from '../checks/project/unit.ts';
import table from '../checks/tables/quadlet-keys.json' with { type: 'json' };
import { root } from '../lib/paths.ts';
import { type Dice, dice } from './dice.ts';
import { anyValue } from './shared-values.ts';
import { mutate } from './unit-mutations.ts';
import { values } from './unit-values.ts';

/** Unit files that one run of the generator reads: paths relative to the case's own folder. */
export interface Case {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
}

type Type = keyof typeof quadletSections;
const types = Object.keys(quadletSections) as Type[];
const keys: Readonly<Record<string, Record<string, string[]>>> = table;

/** The least that each type is accepted with. */
const least: Readonly<Record<Type, readonly string[]>> = {
  container: ['Image=localhost/a:1'],
  pod: [],
  network: [],
  volume: [],
  kube: ['Yaml=a.yaml'],
  image: ['Image=localhost/a:1'],
  build: ['ImageTag=localhost/b:1', 'SetWorkingDirectory=unit'],
  artifact: ['Artifact=localhost/c:1'],
};

/** What references may find; in a folder of its own, which a broken file elsewhere does not take along. */
const neighbours: ReadonlyArray<readonly [path: string, text: string]> = [
  ...types.map((type) => [`x.${type}`, `[${quadletSections[type]}]\n${least[type].join('\n')}\n`] as const),
  ['x@.container', '[Container]\nImage=localhost/a:1\n'],
  ['x@.volume', '[Volume]\n'],
  ['named.container', '[Container]\nImage=localhost/a:1\nContainerName=own\n'],
  ['percent.container', '[Container]\nImage=localhost/a:1\nContainerName=%p-own\n'],
  ['service.container', '[Container]\nImage=localhost/a:1\nServiceName=%i\n'],
];

/** Units with one value each, units grown from a grammar, and this repository's own; most are then spoilt. */
export function corpus(seed: number, grown: number): Case[] {
  const roll = dice(seed);
  const own = readdirSync(join(root, 'quadlets')).map(
    (name) => [name, readFileSync(join(root, 'quadlets', name), 'utf8')] as const,
  );
  const random = Array.from({ length: grown }, (_, index) =>
    index % 4 === 0 ? ownUnit(own, roll) : grownUnit(roll),
  );
  return [...eachValue(), ...random].map((files, index) => ({
    name: String(index).padStart(5, '0'),
    files: new Map([...files, ...neighbours.map(([path, text]) => [`near/${path}`, text] as const)]),
  }));
}

type Files = Array<readonly [path: string, text: string]>;

/** Every value that the grammar knows for a key, alone in an otherwise good unit. */
function* eachValue(): Generator<Files> {
  for (const type of types) {
    const section = quadletSections[type];
    for (const [key, each] of Object.entries(values[section])) {
      const others = least[type].filter((line) => !line.startsWith(`${key}=`));
      for (const value of each) {
        yield [[`u.${type}`, `[${section}]\n${[...others, `${key}=${value}`].join('\n')}\n`]];
      }
    }
    for (const common of ['Unit', 'Service', 'Install', 'Quadlet'] as const) {
      for (const [key, each] of Object.entries(values[common])) {
        for (const value of each) {
          const text = `[${common}]\n${key}=${value}\n[${section}]\n${least[type].join('\n')}\n`;
          yield [[`u.${type}`, text]];
        }
      }
    }
  }
}

function ownUnit(own: Files, roll: Dice): Files {
  const [name, text] = roll.pick(own);
  const rest = own
    .filter(([other]) => other !== name)
    .map(([other, each]) => [`own/${other}`, each] as const);
  return [[name, roll.chance(0.9) ? mutate(text, roll) : text], ...rest];
}

function grownUnit(roll: Dice): Files {
  const type = roll.pick(types);
  const name = `${roll.pick(['u', 'u-v', 'u@', 'u@i', 'u.v'])}.${type}`;
  const text = grow(type, roll);
  const files: Files = [[name, roll.chance(0.4) ? mutate(text, roll) : text]];
  if (roll.chance(0.15)) {
    const dropIn = `[${quadletSections[type]}]\n${someKeys(quadletSections[type], roll)}`;
    files.push([`${name}.d/10-host.conf`, roll.chance(0.3) ? mutate(dropIn, roll) : dropIn]);
  }
  return files;
}

function grow(type: Type, roll: Dice): string {
  const section = quadletSections[type];
  const blocks = [[`[${section}]`, ...least[type], someKeys(section, roll)].join('\n')];
  for (const common of ['Unit', 'Service', 'Install', 'Quadlet'] as const) {
    if (roll.chance(0.25)) blocks.push(`[${common}]\n${someKeys(common, roll)}`);
  }
  if (roll.chance(0.05))
    blocks.push(`[${quadletSections[roll.pick(types)]}]\n${someKeys('Container', roll)}`);
  return blocks.join('\n');
}

function someKeys(section: keyof typeof values, roll: Dice): string {
  const judged = Object.entries<readonly string[]>(values[section]);
  const all = Object.values(keys[section] ?? {}).flat();
  const lines = Array.from({ length: roll.below(4) }, () => {
    if (all.length > 0 && roll.chance(0.4)) return `${roll.pick(all)}=${roll.pick(anyValue)}`;
    const [key, each] = roll.pick(judged);
    return `${key}=${roll.pick(each)}`;
  });
  return `${lines.join('\n')}\n`;
}
