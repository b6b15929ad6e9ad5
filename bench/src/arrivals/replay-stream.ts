import { readFileSync } from 'node:fs';
import type { Random } from 'millrace';
import { SpecError, type SpecProblem } from '../workload/spec-error.ts';
import { type ArrivalStream, openStream } from './arrival-stream.ts';

/** One line of a trace. */
export interface TraceEntry {
  readonly timeMs: number;
  readonly query: string | undefined;
}

/**
 * Reads a trace: CSV with a header that has `time` (seconds from the start, or ISO 8601) and may have `query` (a name of the
 * workload). Other columns are left alone. Throws {@link SpecError} with the line of each fault.
 */
export function readTrace(file: string): TraceEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new SpecError(file, [{ message: 'the trace cannot be read: there is no such file', position: undefined }]);
  }
  return parseTrace(text, file);
}

/** The entries of a trace's text, sorted by time, the first at 0 when times are dates. */
export function parseTrace(text: string, file: string): TraceEntry[] {
  const lines = text.split(/\r?\n/);
  const header = lines[0]!.split(',').map((name) => name.trim().toLowerCase());
  const timeColumn = header.indexOf('time');
  const queryColumn = header.indexOf('query');
  if (timeColumn === -1) {
    const message = `the trace has no column 'time'; its first line names ${header.join(', ') || 'nothing'}. Add a header such as 'time,query', with seconds or ISO 8601 times below`;
    throw new SpecError(file, [{ message, position: { line: 1, column: 1 } }]);
  }
  const problems: SpecProblem[] = [];
  const entries: TraceEntry[] = [];
  let isDated = false;
  lines.slice(1).forEach((line, i) => {
    if (line.trim() === '') return;
    const cells = line.split(',');
    const cell = cells[timeColumn]?.trim() ?? '';
    const seconds = cell === '' ? Number.NaN : Number(cell);
    const timeMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(cell);
    isDated ||= !Number.isFinite(seconds);
    if (Number.isFinite(timeMs)) {
      entries.push({ timeMs, query: queryColumn === -1 ? undefined : cells[queryColumn]?.trim() || undefined });
    } else {
      const column = cells.slice(0, timeColumn).join(',').length + (timeColumn > 0 ? 2 : 1);
      const message = `'${cell}' is no time: it must be seconds or ISO 8601`;
      problems.push({ message, position: { line: i + 2, column } });
    }
  });
  if (problems.length === 0 && entries.length === 0)
    problems.push({ message: 'the trace has no entries', position: undefined });
  if (problems.length > 0) throw new SpecError(file, problems);
  entries.sort((a, b) => a.timeMs - b.timeMs);
  const startMs = isDated ? entries[0]!.timeMs : 0;
  return entries.map(({ timeMs, query }) => ({ timeMs: timeMs - startMs, query }));
}

/** Plays a trace back. `traffic` multiplies it: of 2.5 each entry comes twice, and every second one a third time. */
export function replayStream(entries: readonly TraceEntry[], traffic: number, random: Random): ArrivalStream {
  let index = -1;
  let copies = 0;
  let taken: string | undefined;
  let current: string | undefined;
  return openStream(
    () => {
      taken = current;
      while (copies <= 0) {
        index += 1;
        if (index >= entries.length) return Number.POSITIVE_INFINITY;
        copies = Math.floor(traffic) + (random.next() < traffic % 1 ? 1 : 0);
      }
      copies -= 1;
      current = entries[index]!.query;
      return entries[index]!.timeMs;
    },
    () => current ?? taken,
  );
}
