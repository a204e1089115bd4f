import { partsOf } from '../image/instructions.ts';
import { plainBase } from '../image/plain-base.ts';
import { runCommands } from '../image/run-commands.ts';
import type { Layers } from './builds.ts';
import type { Instruction } from './containerfile.ts';

/** Of the programs that health checks like to use, those that an image of a distribution has from the start. */
const preinstalled: Readonly<Record<string, readonly string[]>> = {
  scratch: [],
  debian: [],
  ubuntu: [],
  alpine: ['wget', 'nc'],
  busybox: ['wget', 'nc'],
};

/** Packages that bring a program under another name. */
const packages: Readonly<Record<string, RegExp>> = {
  curl: /curl/,
  wget: /wget|busybox/,
  nc: /netcat|ncat|nmap|busybox|^nc$/,
};

/** Commands that bring no program of that kind; whatever else a RUN starts may do anything. */
const harmless = new Set(
  'apt apt-get apk rm mkdir rmdir chown chmod chgrp useradd groupadd usermod adduser addgroup echo printf cd cp mv ln sed set true false test [ touch cat install find grep node npm npx ldconfig update-ca-certificates locale-gen then fi done ; { }'.split(
    ' ',
  ),
);

/** Whether an image certainly lacks a program: where anything unknown could have brought it, it does not. */
export function toolMissing(tool: string, layers: Layers | undefined): boolean {
  const base = layers && plainBase(layers.base);
  const has = base === undefined ? undefined : preinstalled[base];
  if (layers === undefined || has === undefined || has.includes(tool)) return false;
  return !layers.stages.some(({ instructions }) => instructions.some((each) => mayBring(tool, each)));
}

function mayBring(tool: string, instruction: Instruction): boolean {
  const { keyword } = instruction;
  if (keyword === 'ADD') return true;
  if (keyword === 'COPY') {
    const { flags, words } = partsOf(instruction);
    const target = words.at(-1)?.text ?? '';
    return flags.some(({ name }) => name === 'from')
      ? /^\/?$|bin|^\/usr|^\/lib|[$\]]/.test(target)
      : /^\/?$|^\.|bin|^\/usr\/?$|[$\]]/.test(target);
  }
  if (keyword === 'ONBUILD') return true;
  const named = packages[tool];
  return runCommands(instruction).some(
    ({ program, path, args }) =>
      !harmless.has(program) ||
      path.includes('/') ||
      args.some(({ text }) => /[$`]/.test(text) || named?.test(text)),
  );
}
