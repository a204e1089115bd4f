import { headSpan, type Unit } from '../project/unit.ts';
import { option } from '../quadlet/options.ts';
import { securityOptions } from '../quadlet/podman-arguments.ts';
import type { Span } from '../source.ts';

export interface Label {
  readonly unit: Unit;
  /** `s0:c1,c2`, where one is given. */
  readonly level: string | undefined;
  /** It has label options of its own, and so does not share the label of its pod. */
  readonly own: boolean;
  /** Where to report: the level, else what else it has of a label, else the section. */
  readonly at: Span;
}

const keys = ['SecurityLabelType', 'SecurityLabelFileType', 'SecurityLabelLevel'] as const;

/** The SELinux level that a unit of a container or pod asks for. */
export function labelLevel(unit: Unit): Label {
  const given = securityOptions(unit).filter(({ name, value }) => name === 'label' && value !== 'nested');
  const fromArguments = given
    .filter(({ value = '' }) => value.startsWith('level:'))
    .map(({ value = '', at }) => ({ value: value.slice('level:'.length), at }))
    .at(-1);
  // Pods have no such key.
  const fromKeys = unit.type === 'container' ? keys.map((key) => option(unit, key)) : [];
  const level = fromArguments ?? fromKeys[2];
  const other = fromKeys.find((each) => each !== undefined && each.value !== '') ?? given.at(-1);
  return {
    unit,
    level: level?.value || undefined,
    own: other !== undefined,
    at: level?.at ?? other?.at ?? headSpan(unit),
  };
}
