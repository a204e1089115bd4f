import { last, type Unit } from '../project/unit.ts';

const suffixes: Readonly<Record<string, string>> = {
  artifact: '-artifact',
  build: '-build',
  image: '-image',
  network: '-network',
  pod: '-pod',
  volume: '-volume',
};

/** The systemd unit that comes of a file: `web.container` gives `web.service`, `web@.pod` gives `web-pod@.service`. */
export function serviceName(unit: Unit): string {
  if (unit.section === undefined) return unit.name;
  const named = last(unit, unit.section, 'ServiceName')?.value;
  if (named !== undefined) return `${named}.service`;
  const suffix = suffixes[unit.type] ?? '';
  const [, base = '', instance = ''] = /^(.*?)(@.*)?$/.exec(unit.stem) ?? [];
  return `${base}${suffix}${instance}.service`;
}

/** `web@one.service` is an instance of `web@.service`. */
export function templateOf(service: string): string {
  return service.replace(/@[^@]+(\.\w+)$/, '@$1');
}
