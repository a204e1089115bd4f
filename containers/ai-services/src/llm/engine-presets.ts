import { readFileSync, writeFileSync } from 'node:fs';

export interface EnginePresets {
  /** What the engine reads. */
  text: string;
  /** Whether a model is to be loaded at start and kept: `load-on-startup`, under its name or for all. */
  isPinned(model: { id: string }): boolean;
}

/**
 * Takes `load-on-startup` out of the presets: the engine would load such models unmeasured, and beside each other
 * whether they fit or not.
 */
export function parsePresets(text: string): EnginePresets {
  const pins = new Map<string, boolean>();
  let section = '';
  const rest = text.split('\n').filter((line) => {
    section = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1] ?? section;
    const value = /^\s*load-on-startup\s*=\s*([^;#]*)/.exec(line)?.[1];
    // The engine's own words for true.
    if (value !== undefined) pins.set(section, /^(true|on|1|enabled)\s*$/.test(value));
    return value === undefined;
  });
  return { text: rest.join('\n'), isPinned: ({ id }) => pins.get(id) ?? pins.get('*') ?? false };
}

/** Puts the presets where the engine reads them. */
export function handOver(from: string, to: string): EnginePresets {
  const presets = parsePresets(readOr(from, ''));
  writeFileSync(to, presets.text || '\n');
  return presets;
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return otherwise;
    throw error;
  }
}
