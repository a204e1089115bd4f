/** What a command says while it works. */
export interface Narrator {
  say(line: string): void;
  /** One phase of work over so many bytes; on a terminal a live line, otherwise one line when it begins. */
  meter(what: string, total: number | undefined): Meter;
}

export interface Meter {
  advance(count: number): void;
  /** Its size, where that is learnt later. */
  total(bytes: number): void;
  /** Ends the live line. */
  end(): void;
}

export interface NarrationOptions {
  write(text: string): void;
  /** True where a live line can be drawn. */
  live: boolean;
  columns: number;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

const redrawMs = 200;

export function createNarrator({ write, live, columns, now }: NarrationOptions): Narrator {
  return {
    say: (line) => write(`${live ? '\r\x1b[2K' : ''}${line}\n`),
    meter: (what, size) => {
      let total = size;
      let done = 0;
      let fresh = 0;
      let drawn = Number.NEGATIVE_INFINITY;
      const start = now();
      if (!live) write(`${what}${total === undefined ? '' : ` (${bytes(total)})`}\n`);
      return {
        advance: (count) => {
          done += count;
          // What is there already, given first, says nothing about the rate.
          if (now() > start) fresh += count;
          if (!live || now() - drawn < redrawMs) return;
          drawn = now();
          write(
            `\r\x1b[2K${progressLine(what, done, total, fresh, (now() - start) / 1000).slice(0, columns - 1)}`,
          );
        },
        total: (known) => {
          total = known;
        },
        end: () => {
          if (live) write('\r\x1b[2K');
        },
      };
    },
  };
}

/** `x.gguf  42 %  1.2 of 2.9 GB  85 MB/s  20 s left` */
export function progressLine(
  what: string,
  done: number,
  total: number | undefined,
  fresh: number,
  seconds: number,
): string {
  const rate = seconds > 0 ? fresh / seconds : 0;
  const parts = [what];
  if (total) parts.push(`${Math.floor((done / total) * 100)} %`);
  parts.push(total ? `${bytes(done)} of ${bytes(total)}` : bytes(done));
  if (rate > 0) parts.push(`${bytes(rate)}/s`);
  if (rate > 0 && total) parts.push(`${duration((total - done) / rate)} left`);
  return parts.join('  ');
}

export function bytes(count: number): string {
  if (count < 1000) return `${Math.round(count)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power - 1]}`;
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
