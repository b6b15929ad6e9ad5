/** Upper ends of the bands in which the time to the first byte is counted, in milliseconds; what takes longer is in one band more. */
export const FIRST_BYTE_BANDS_MS: readonly number[] = Object.freeze([5, 10, 20, 50, 100, 200, 500, 1000]);

const COUNTERS = [
  'numRequests',
  'numRetries',
  'numThrottled',
  'numFailed',
  'numHedges',
  'numHedgesWon',
  'bytesRead',
  'bytesFetched',
  'numCacheHits',
  'bytesFromCache',
  'peakInFlight',
] as const;

export type RequestCounter = (typeof COUNTERS)[number];

/** What the requests to a store have cost; counted, not sampled. */
export interface RequestCounts extends Readonly<Record<RequestCounter, number>> {
  /** Requests sent to the store: first attempts, retries and hedges. */
  readonly numRequests: number;
  /** Requests that were sent again because the one before had failed. */
  readonly numRetries: number;
  /** Requests that the store refused because there were too many (503, 429). */
  readonly numThrottled: number;
  /** Requests that got no answer, or not all of it: time-outs, lost connections, failures of the server. */
  readonly numFailed: number;
  /** Second requests for what took unusually long, and how many of them came in first; the others were wasted. */
  readonly numHedges: number;
  readonly numHedgesWon: number;
  /** Bytes that were asked for and given out. */
  readonly bytesRead: number;
  /** Bytes that arrived from the store, also of attempts that failed and of hedges. */
  readonly bytesFetched: number;
  /** Reads, or parts of them, that the cache answered. */
  readonly numCacheHits: number;
  readonly bytesFromCache: number;
  /** The most requests to the store that were in flight at one time, those of other queries included. */
  readonly peakInFlight: number;
  /** Requests by the time to their first byte: a count for each of {@link FIRST_BYTE_BANDS_MS}, and one for longer. */
  readonly firstByteMs: readonly number[];
}

/** Numbers that the counts take in shared memory. */
export const NUM_REQUEST_COUNTERS = COUNTERS.length + FIRST_BYTE_BANDS_MS.length + 1;

/** The one that is a maximum and not a sum. */
export const PEAK_IN_FLIGHT_COUNTER: number = COUNTERS.indexOf('peakInFlight');

const POSITIONS = Object.fromEntries(COUNTERS.map((name, i) => [name, i])) as Record<RequestCounter, number>;

/** Counts requests. `values` are the counts in an order of their own, for those who carry them from thread to thread. */
export class RequestMeter {
  readonly values: Float64Array;

  constructor(values: Float64Array = new Float64Array(NUM_REQUEST_COUNTERS)) {
    this.values = values;
  }

  add(counter: Exclude<RequestCounter, 'peakInFlight'>, count = 1): void {
    this.values[POSITIONS[counter]]! += count;
  }

  addFirstByte(elapsedMs: number): void {
    const band = FIRST_BYTE_BANDS_MS.findIndex((endMs) => elapsedMs < endMs);
    this.values[COUNTERS.length + (band < 0 ? FIRST_BYTE_BANDS_MS.length : band)]! += 1;
  }

  noteInFlight(count: number): void {
    this.values[PEAK_IN_FLIGHT_COUNTER] = Math.max(this.values[PEAK_IN_FLIGHT_COUNTER]!, count);
  }

  /** Adds what another meter has counted. */
  merge(values: Float64Array): void {
    values.forEach((value, i) => {
      if (i === PEAK_IN_FLIGHT_COUNTER) this.noteInFlight(value);
      else this.values[i]! += value;
    });
  }

  /** The counts so far; a copy that does not change. */
  counts(): RequestCounts {
    const sums = Object.fromEntries(COUNTERS.map((name, i) => [name, this.values[i]!])) as Record<
      RequestCounter,
      number
    >;
    return { ...sums, firstByteMs: [...this.values.subarray(COUNTERS.length)] };
  }
}
