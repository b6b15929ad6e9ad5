import { Cron } from 'croner';
import { SpecError } from '../workload/spec-error.ts';
import { type ArrivalStream, openStream } from './arrival-stream.ts';

/**
 * Bursts at the times of a cron expression (UTC), `burst` queries at each. The run begins at `start`. Throws {@link SpecError} when the
 * expression is none.
 */
export function cronStream(schedule: string, burst: number, start: string): ArrivalStream {
  let cron: Cron;
  try {
    cron = new Cron(schedule, { timezone: 'UTC', paused: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SpecError('arrivals', [
      { message: `'${schedule}' is no cron expression: ${reason}`, position: undefined },
    ]);
  }
  const startMs = Date.parse(start);
  let at: Date | null = new Date(startMs - 1);
  let left = 0;
  return openStream(() => {
    if (left === 0) {
      at = at && cron.nextRun(at);
      left = burst;
    }
    left -= 1;
    return at ? at.getTime() - startMs : Number.POSITIVE_INFINITY;
  });
}
