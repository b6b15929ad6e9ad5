/** Nothing is shown of what is done sooner. */
const QUIET_MS = 1_000;
const TERMINAL_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 5_000;
const CLEAR_LINE = '\r\u001b[K';

/**
 * Shows how far a command is, on stderr: one line that changes on a terminal, a line every five seconds elsewhere.
 * Commands that take less than a second show nothing.
 */
export class ProgressLine {
  readonly #startMs = performance.now();
  readonly #stream: NodeJS.WriteStream;
  #lastMs = 0;
  #isShown = false;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  /** Shows a text if it is time to; `render` runs only then. */
  update(render: (elapsedMs: number) => string): void {
    const elapsedMs = performance.now() - this.#startMs;
    const interval = this.#stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
    if (elapsedMs < QUIET_MS || elapsedMs - this.#lastMs < interval) return;
    this.#lastMs = elapsedMs;
    const text = render(elapsedMs);
    this.#stream.write(this.#stream.isTTY ? `${CLEAR_LINE}${text.slice(0, this.#stream.columns - 1)}` : `${text}\n`);
    this.#isShown = true;
  }

  /** Takes the line off the terminal; must be called before anything else is printed. */
  finish(): void {
    if (this.#isShown && this.#stream.isTTY) this.#stream.write(CLEAR_LINE);
    this.#isShown = false;
  }
}
