/** An expected failure of a models command: says what failed, and what to do next. */
export class ModelFailure extends Error {
  readonly fix: string | undefined;
  readonly exit: 1 | 2;

  constructor(
    message: string,
    { fix, exit = 1, cause }: { fix?: string; exit?: 1 | 2; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'ModelFailure';
    this.fix = fix;
    this.exit = exit;
  }
}

/** Something that may go well the next time: a network that broke off, a server that asks for patience. */
export class Transient extends Error {
  /** Milliseconds that the server asked to wait. */
  readonly retryAfter: number | undefined;
  /** True where bytes arrived before it: then it is no repeated failure. */
  readonly progressed: boolean;

  constructor(
    message: string,
    { retryAfter, progressed = false }: { retryAfter?: number | undefined; progressed?: boolean } = {},
  ) {
    super(message);
    this.name = 'Transient';
    this.retryAfter = retryAfter;
    this.progressed = progressed;
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}
