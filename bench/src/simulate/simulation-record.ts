import type { StorageCounts } from './simulated-storage.ts';

/** How the fleet was over time: column `i` of each is the mean over the `i`-th of equal parts of the run. */
export interface TimeSeries {
  readonly stepMs: number;
  readonly arrivals: number[];
  readonly inFlight: number[];
  readonly utilisation: number[];
  readonly nodes: number[];
  /** Queries that were answered too late, or not at all. */
  readonly missed: number[];
  readonly answered: number[];
  readonly throttled: number[];
  readonly requests: number[];
}

/** What one replication came to, before anything is summed up. */
export interface SimulationRecord {
  /** Of answered queries in the order of their answers; those before the cut are warm-up. */
  readonly responseMs: Float64Array;
  readonly waitMs: Float64Array;
  /** When the client meant to ask. */
  readonly intendedMs: Float64Array;
  readonly queryClass: Uint16Array;
  readonly cut: number;
  readonly durationMs: number;
  readonly numArrivals: number;
  readonly numDone: number;
  readonly numFailed: number;
  readonly numTimedOut: number;
  readonly numRejected: number;
  readonly numRetries: number;
  readonly storage: StorageCounts;
  /** Share of the cores' time in use, of nodes that were up. */
  readonly utilisation: number;
  readonly nodeHours: number;
  /** Time average of queries in the system, and rate times mean response of those that have left it: equal by Little's law. */
  readonly meanInSystem: number;
  readonly littleInSystem: number;
  readonly series: TimeSeries;
  readonly numEvents: number;
}

/** A growing column of numbers. */
export class Column<T extends Float64Array | Uint16Array> {
  #array: T;
  length = 0;

  constructor(array: T) {
    this.#array = array;
  }

  push(value: number): void {
    if (this.length === this.#array.length) {
      const larger = new (this.#array.constructor as new (length: number) => T)(this.length * 2);
      larger.set(this.#array);
      this.#array = larger;
    }
    this.#array[this.length++] = value;
  }

  get values(): T {
    return this.#array.subarray(0, this.length) as T;
  }
}

/** Samples the fleet into equal parts of the run. */
export class SeriesRecorder {
  readonly series: TimeSeries;
  readonly #stepMs: number;
  readonly #numSteps: number;

  constructor(durationMs: number, numSteps: number) {
    this.#stepMs = durationMs / numSteps;
    this.#numSteps = numSteps;
    const column = () => new Array<number>(numSteps).fill(0);
    this.series = {
      stepMs: this.#stepMs,
      arrivals: column(),
      inFlight: column(),
      utilisation: column(),
      nodes: column(),
      missed: column(),
      answered: column(),
      throttled: column(),
      requests: column(),
    };
  }

  /** The part that a time lies in. */
  at(nowMs: number): number {
    return Math.min(this.#numSteps - 1, Math.floor(nowMs / this.#stepMs));
  }
}
