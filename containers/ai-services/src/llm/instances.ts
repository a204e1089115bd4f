import type { EngineLine } from './engine-log.ts';

/** Where a model's memory lies, as the engine says when it loads one, in MiB. */
interface Placement {
  kind: string;
  name: string;
  self: number;
}

export interface Instances {
  /** Takes note of what a model's own llama-server said; `port` tells which. */
  note(port: number, line: EngineLine): void;
  lastWords(port: number): string | undefined;
  /** Names of the GPUs that hold a part of the model; `undefined` where it has not said. */
  devices(port: number): string[] | undefined;
}

/** Ports are the engine's own choice, new with each load: the oldest of very many are forgotten. */
const remembered = 4096;

/** What the processes behind the router said about themselves. */
export function createInstances(): Instances {
  const words = new Map<number, string>();
  const placements = new Map<number, Placement[]>();
  return {
    note: (port, line) => {
      if (line.level === 'error' && line.msg && !/exiting due to/.test(line.msg))
        keep(words, port, line.msg.trim());
      if (line.type === 'fit_memory_breakdown') {
        keep(placements, port, (line.data as { rows?: Placement[] } | undefined)?.rows ?? []);
      }
    },
    lastWords: (port) => words.get(port),
    devices: (port) =>
      placements
        .get(port)
        ?.filter(({ kind, self }) => kind === 'device' && self > 0)
        .map(({ name }) => name),
  };
}

function keep<T>(map: Map<number, T>, port: number, value: T): void {
  map.delete(port);
  map.set(port, value);
  const [oldest] = map.keys();
  if (map.size > remembered && oldest !== undefined) map.delete(oldest);
}
