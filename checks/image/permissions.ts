import type { Instruction } from '../project/containerfile.ts';
import { type Span, spanOf } from '../source.ts';
import { partsOf } from './instructions.ts';
import { runCommands } from './run-commands.ts';

export interface Permissions {
  /** As chmod takes it: `0755`, `u+s,g-w`. */
  readonly mode: string;
  readonly at: Span;
}

/** File modes that an instruction sets, with chmod, install -m, or the --chmod of COPY and ADD. */
export function permissionsOf(instruction: Instruction): Permissions[] {
  if (/^(COPY|ADD)$/.test(instruction.keyword)) {
    return partsOf(instruction)
      .flags.filter(({ name }) => name === 'chmod')
      .map(({ value, at }) => ({
        mode: value,
        at: spanOf(at.source, { start: at.end - value.length, end: at.end }),
      }));
  }
  return runCommands(instruction).flatMap(({ program, args }) => {
    if (program === 'install') {
      const flag = args.findIndex(({ text }) => text === '-m' || text === '--mode');
      const mode = flag < 0 ? undefined : args[flag + 1];
      return mode ? [{ mode: mode.text, at: mode.at }] : [];
    }
    if (program !== 'chmod' || args.some(({ text }) => text.startsWith('--reference'))) return [];
    const mode = args.find(({ text }) => !/^-[Rcfv]+$|^--/.test(text));
    return mode ? [{ mode: mode.text, at: mode.at }] : [];
  });
}

/** Setuid, for root or whoever owns the file; setgid on folders is a habit of shared ones. */
export function setsUserId(mode: string): boolean {
  if (/^\d+$/.test(mode)) return (Number.parseInt(mode.slice(-5), 8) & 0o4000) !== 0;
  return clausesOf(mode).some(({ who, adds }) => (who === '' || /[ua]/.test(who)) && adds.includes('s'));
}

/** World-writable without the sticky bit. Without `a` or `o` the umask takes the write bit off. */
export function letsEveryoneWrite(mode: string): boolean {
  if (/^\d+$/.test(mode)) {
    const bits = Number.parseInt(mode.slice(-5), 8);
    return (bits & 0o002) !== 0 && (bits & 0o1000) === 0;
  }
  return (
    clausesOf(mode).some(({ who, adds }) => /[oa]/.test(who) && adds.includes('w')) && !mode.includes('t')
  );
}

function clausesOf(mode: string): Array<{ who: string; adds: string }> {
  return mode.split(',').flatMap((clause) => {
    const [, who = '', adds] = /^([ugoa]*)[+=]([rwxXst]+)$/.exec(clause) ?? [];
    return adds === undefined ? [] : [{ who, adds }];
  });
}
