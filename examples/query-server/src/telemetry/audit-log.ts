import { createHash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What happened, for whoever has to account for it. Never a credential, never a row. */
export interface AuditEntry {
  readonly event: 'query' | 'query-end' | 'refused' | 'cancel' | 'start' | 'stop';
  readonly principal?: string | undefined;
  readonly queryId?: string | undefined;
  readonly sql?: string | undefined;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly remote?: string | undefined;
  readonly numRows?: number | undefined;
  readonly bytesRead?: number | undefined;
}

/** The hash before the first line. */
const GENESIS = '0'.repeat(64);
const TAIL_BYTES = 64 * 1024;

/**
 * A log to which lines are only added. Each line is JSON with a number, the hash of the line before and its own (SHA-256 of all that stands
 * before it), so that a line that was changed, left out or put in is found by {@link verifyAuditLog}.
 */
export class AuditLog {
  readonly #file: number | undefined;
  readonly #now: () => number;
  #previous = GENESIS;
  #sequence = 0;

  /** Without a path nothing is kept. Goes on where the file ends. */
  constructor(path: string | undefined, now: () => number = Date.now) {
    this.#now = now;
    if (path === undefined) return;
    const last = existsSync(path) ? lastLine(path) : undefined;
    if (last !== undefined) {
      const { sequence, hash } = JSON.parse(last) as { sequence: number; hash: string };
      this.#sequence = sequence + 1;
      this.#previous = hash;
    }
    this.#file = openSync(path, 'a', 0o600);
  }

  write(entry: AuditEntry): void {
    if (this.#file === undefined) return;
    const body = {
      sequence: this.#sequence,
      time: new Date(this.#now()).toISOString(),
      ...entry,
      previous: this.#previous,
    };
    const hash = hashOf(body);
    writeSync(this.#file, `${JSON.stringify({ ...body, hash })}\n`);
    this.#sequence += 1;
    this.#previous = hash;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

/** The number of lines. Throws an error that names the first line that does not follow from the one before. */
export async function verifyAuditLog(path: string): Promise<number> {
  let previous = GENESIS;
  let numLines = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    numLines += 1;
    const { hash, ...body } = JSON.parse(line) as { hash: string; previous: string; sequence: number };
    if (body.previous !== previous || body.sequence !== numLines - 1 || hashOf(body) !== hash) {
      throw new Error(`Line ${numLines} of ${path} does not follow from the line before it: the log was changed.`);
    }
    previous = hash;
  }
  return numLines;
}

function hashOf(body: object): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}

function lastLine(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES * 16));
    readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.toString('utf8').trimEnd().split('\n').at(-1) || undefined;
  } finally {
    closeSync(file);
  }
}
