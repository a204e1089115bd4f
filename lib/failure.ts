/** Exit codes of every script: 0 ok, 1 failed or findings, 2 usage, 3 environment broken, 77 untestable here. */
export type ExitCode = 1 | 2 | 3 | 77;

export interface FailureDetails {
  /** The next command to type, or the next thing to do. */
  fix?: string;
  exit?: ExitCode;
  cause?: unknown;
}

/** An expected failure: says what failed and what to do next. Its stack is printed only with DEBUG=1. */
export class Failure extends Error {
  readonly fix: string | undefined;
  readonly exit: ExitCode;

  constructor(message: string, { fix, exit = 1, cause }: FailureDetails = {}) {
    super(message, { cause });
    this.name = 'Failure';
    this.fix = fix;
    this.exit = exit;
  }
}

/** The message of anything that can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
