import type { Random } from 'millrace';
import type { ArrivalSpec, SimpleArrivalSpec } from '../workload/workload-schema.ts';
import type { ArrivalStream } from './arrival-stream.ts';
import { closedStream } from './closed-stream.ts';
import { cronStream } from './cron-stream.ts';
import { mmppStream } from './mmpp-stream.ts';
import { constantStream, diurnalRate, poissonStream, thinnedStream } from './rate-stream.ts';
import { readTrace, replayStream } from './replay-stream.ts';

/**
 * The stream of a workload's arrivals, `traffic` times as many (default: as the workload says). Each part has a random substream of its own.
 * Throws `SpecError` for a trace or a schedule that cannot be read.
 */
export function createArrivals(spec: ArrivalSpec, random: Random, traffic = 1): ArrivalStream {
  if (spec.kind !== 'sum') return createStream(spec, random.fork('arrivals 0'), traffic);
  return sumStream(spec.of.map((part, i) => createStream(part, random.fork(`arrivals ${i}`), traffic)));
}

function createStream(spec: SimpleArrivalSpec, random: Random, traffic: number): ArrivalStream {
  switch (spec.kind) {
    case 'constant':
      return constantStream(spec.rate * traffic);
    case 'poisson':
      return poissonStream(spec.rate * traffic, random);
    case 'diurnal': {
      const scaled = { ...spec, rate: spec.rate * traffic };
      return thinnedStream((nowMs) => diurnalRate(scaled, nowMs), scaled.rate * (1 + spec.amplitude), random);
    }
    case 'mmpp':
      return mmppStream(
        spec.states.map(({ rate, mean }) => ({ rate: rate * traffic, mean })),
        random,
      );
    case 'on-off':
      return mmppStream(
        [
          { rate: spec.rate * traffic, mean: spec.on },
          { rate: 0, mean: spec.off },
        ],
        random,
      );
    case 'cron':
      return cronStream(spec.schedule, Math.max(1, Math.round(spec.burst * traffic)), spec.start);
    case 'replay':
      return replayStream(readTrace(spec.file), traffic, random);
    case 'closed':
      return closedStream(Math.max(1, Math.round(spec.clients * traffic)), spec.think, random);
  }
}

/** Several streams as one. */
function sumStream(streams: readonly ArrivalStream[]): ArrivalStream {
  const first = () => streams.reduce((best, stream) => (stream.peekMs() < best.peekMs() ? stream : best));
  return {
    peekMs: () => first().peekMs(),
    take: () => first().take(),
    completed: () => undefined,
  };
}

/** The same arrivals up to a time: none comes at or after it. */
export function untilStream(stream: ArrivalStream, endMs: number): ArrivalStream {
  return {
    peekMs: () => {
      const nextMs = stream.peekMs();
      return nextMs < endMs ? nextMs : Number.POSITIVE_INFINITY;
    },
    take: () => stream.take(),
    completed: (nowMs) => stream.completed(nowMs),
  };
}

/** The mean rate of arrivals in queries a second over a long time; undefined where answers decide (closed) or a calendar does. */
export function meanRate(spec: ArrivalSpec): number | undefined {
  if (spec.kind === 'sum') {
    const rates = spec.of.map(meanRate);
    return rates.every((rate) => rate !== undefined) ? rates.reduce((sum, rate) => sum + rate, 0) : undefined;
  }
  switch (spec.kind) {
    case 'constant':
    case 'poisson':
    case 'diurnal':
      return spec.rate;
    case 'on-off':
      return (spec.rate * spec.on) / (spec.on + spec.off);
    case 'mmpp': {
      const total = spec.states.reduce((sum, { mean }) => sum + mean, 0);
      return spec.states.reduce((sum, { rate, mean }) => sum + rate * (mean / total), 0);
    }
    case 'replay': {
      const entries = readTrace(spec.file);
      return entries.length / Math.max(1, entries.at(-1)!.timeMs / 1000);
    }
    default:
      return undefined;
  }
}

/** The arrivals of a stream from a time on, which becomes its start. Those before are drawn and thrown away. */
export function windowStream(stream: ArrivalStream, startMs: number): ArrivalStream {
  if (startMs <= 0) return stream;
  while (stream.peekMs() < startMs) stream.take();
  return {
    peekMs: () => stream.peekMs() - startMs,
    take: () => stream.take(),
    completed: (nowMs) => stream.completed(nowMs + startMs),
  };
}
