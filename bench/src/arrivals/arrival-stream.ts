/** Who made an arrival, and what it asks for. */
export interface Arrival {
  /** To be told when the query has been answered. */
  readonly source: ArrivalStream;
  /** Name of the query that a trace says; undefined lets the mix decide. */
  readonly query: string | undefined;
}

/**
 * When queries arrive, in milliseconds from the start of a run. The live driver and the simulator read the same streams, so
 * that with one seed both see the same arrivals.
 */
export interface ArrivalStream {
  /** The time of the next arrival; infinite when none is due, which for closed streams may change by `completed`. */
  peekMs(): number;
  /** Takes the next arrival, whose time `peekMs` has told. */
  take(): Arrival;
  /** A query of this stream was answered, or given up, at this time. Only closed streams care. */
  completed(nowMs: number): void;
}

/** A stream that does not care about answers: its times follow from a function that gives them one after another. */
export function openStream(nextMs: () => number, query?: () => string | undefined): ArrivalStream {
  let next = nextMs();
  const stream: ArrivalStream = {
    peekMs: () => next,
    take() {
      const arrival = { source: stream, query: query?.() };
      next = nextMs();
      return arrival;
    },
    completed: () => undefined,
  };
  return stream;
}
