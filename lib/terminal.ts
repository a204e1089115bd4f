import { styleText } from 'node:util';

const err = process.stderr;
const tty = err.isTTY === true && process.env.CI === undefined;
const colour = tty && process.env.NO_COLOR === undefined;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

type Style = Parameters<typeof styleText>[0];

export function paint(style: Style, text: string): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}

/** Narration goes to stderr; stdout carries only data. */
export function say(line = ''): void {
  err.write(`${line}\n`);
}

export function warn(line: string): void {
  say(`${paint('yellow', '!')} ${line}`);
}

export function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)}s`;
}

/** What a phase may report while it runs: a short note, shown live on a terminal only. */
export type Note = (text: string) => void;

/**
 * Runs one phase of work: a live line with elapsed time on a terminal, otherwise a line when it ends.
 * The text that `work` resolves to is shown as the phase's outcome.
 */
export async function phase(title: string, work: (note: Note) => Promise<string | undefined>): Promise<void> {
  const start = Date.now();
  let detail = '';
  let tick = 0;
  const draw = () => {
    const line = `${frames[tick++ % frames.length]} ${title} ${seconds(start)} ${detail}`;
    err.write(`\r\x1b[2K${line.slice(0, (err.columns ?? 80) - 1)}`);
  };
  const timer = tty ? setInterval(draw, 100) : undefined;
  const end = (mark: string, outcome: string) => {
    clearInterval(timer);
    say(
      `${tty ? '\r\x1b[2K' : ''}${mark} ${title} ${paint('dim', seconds(start))}${outcome ? `  ${outcome}` : ''}`,
    );
  };
  try {
    const outcome = await work((text) => {
      detail = text;
    });
    end(paint('green', '✓'), outcome ?? '');
  } catch (error) {
    end(paint('red', '✗'), '');
    throw error;
  }
}
