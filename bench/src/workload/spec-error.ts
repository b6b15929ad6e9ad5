/** A place in a text file; both count from one. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a file. */
export interface SpecProblem {
  readonly message: string;
  /** Undefined when the file as a whole is meant. */
  readonly position: TextPosition | undefined;
}

/** A file that a user wrote cannot be used; the message lists everything that is wrong with it, one line each. */
export class SpecError extends Error {
  override name = 'SpecError';
  readonly code = 'BAD_ARGUMENT';
  readonly problems: readonly SpecProblem[];

  constructor(file: string, problems: readonly SpecProblem[]) {
    super(
      problems
        .map(({ message, position }) => `${file}${position ? `:${position.line}:${position.column}` : ''}: ${message}`)
        .join('\n'),
    );
    this.problems = problems;
  }
}
