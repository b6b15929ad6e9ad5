import type { FleetNodes } from './fleet-nodes.ts';
import type { ProcessorSharing } from './processor-sharing.ts';
import type { StorageCounts } from './simulated-storage.ts';
import { Column, SeriesRecorder, type SimulationRecord } from './simulation-record.ts';

/** Takes down what happens in a simulation. */
export class SimulationRecorder {
  readonly #durationMs: number;
  readonly #objectiveMs: number;
  readonly #responses = new Column(new Float64Array(4096));
  readonly #waits = new Column(new Float64Array(4096));
  readonly #intended = new Column(new Float64Array(4096));
  readonly #classes = new Column(new Uint16Array(4096));
  readonly #recorder: SeriesRecorder;
  #numArrivals = 0;
  #numDone = 0;
  #numTimedOut = 0;
  #numRejected = 0;
  #numFailed = 0;
  #numRetries = 0;
  #numInSystem = 0;
  #area = 0;
  #areaSinceMs = 0;
  #responseSum = 0;
  #busyMs = 0;
  #coreMs = 0;
  #upMs = 0;
  #lastStepMs = 0;
  #lastRequests = 0;
  #lastThrottled = 0;

  constructor(durationMs: number, numSteps: number, objectiveMs: number) {
    this.#durationMs = durationMs;
    this.#objectiveMs = objectiveMs;
    this.#recorder = new SeriesRecorder(durationMs, numSteps);
  }

  get numInSystem(): number {
    return this.#numInSystem;
  }

  /** Response times so far, in the order of the answers. */
  get responses(): Float64Array {
    return this.#responses.values;
  }

  arrived(nowMs: number): void {
    this.#integrate(nowMs);
    this.#numInSystem += 1;
    this.#numArrivals += 1;
    this.#recorder.series.arrivals[this.#recorder.at(nowMs)]! += 1;
  }

  answered(nowMs: number, responseMs: number, waitMs: number, queryClass: number): void {
    this.#left(nowMs, responseMs);
    this.#numDone += 1;
    this.#responses.push(responseMs);
    this.#waits.push(waitMs);
    this.#intended.push(nowMs - responseMs);
    this.#classes.push(queryClass);
    const at = this.#recorder.at(nowMs);
    this.#recorder.series.answered[at]! += 1;
    if (responseMs > this.#objectiveMs) this.#recorder.series.missed[at]! += 1;
  }

  failed(nowMs: number, intendedMs: number, reason: 'timeout' | 'rejected' | 'storage' | 'lost'): void {
    this.#left(nowMs, nowMs - intendedMs);
    if (reason === 'timeout') this.#numTimedOut += 1;
    else if (reason === 'rejected') this.#numRejected += 1;
    else this.#numFailed += 1;
    this.#recorder.series.missed[this.#recorder.at(nowMs)]! += 1;
  }

  retried(): void {
    this.#numRetries += 1;
  }

  /** The end of a part of the run. */
  step(
    step: number,
    nowMs: number,
    nodes: FleetNodes,
    cpu: ProcessorSharing,
    counts: StorageCounts,
    numCores: number,
  ): void {
    const { series } = this.#recorder;
    let busyMs = 0;
    for (let node = 0; node < nodes.capacity; node++) busyMs += cpu.busyMs(node, nowMs);
    const elapsedMs = nowMs - this.#lastStepMs;
    const coreMs = elapsedMs * numCores * nodes.numUp;
    series.utilisation[step] = coreMs > 0 ? (busyMs - this.#busyMs) / coreMs : 0;
    series.nodes[step] = nodes.numUp;
    series.inFlight[step] = this.#numInSystem;
    const requests = counts.numGets + counts.numOthers;
    series.requests[step] = requests - this.#lastRequests;
    series.throttled[step] = counts.numThrottled - this.#lastThrottled;
    this.#lastRequests = requests;
    this.#lastThrottled = counts.numThrottled;
    this.#coreMs += coreMs;
    this.#upMs += elapsedMs * nodes.numUp;
    this.#busyMs = busyMs;
    this.#lastStepMs = nowMs;
  }

  finish(facts: {
    readonly cut: number;
    readonly storage: StorageCounts;
    readonly nodeHours: number;
    readonly numEvents: number;
  }): SimulationRecord {
    return {
      responseMs: this.#responses.values,
      waitMs: this.#waits.values,
      intendedMs: this.#intended.values,
      queryClass: this.#classes.values,
      cut: facts.cut,
      durationMs: this.#durationMs,
      numArrivals: this.#numArrivals,
      numDone: this.#numDone,
      numFailed: this.#numFailed,
      numTimedOut: this.#numTimedOut,
      numRejected: this.#numRejected,
      numRetries: this.#numRetries,
      storage: facts.storage,
      utilisation: this.#coreMs > 0 ? this.#busyMs / this.#coreMs : 0,
      nodeHours: facts.nodeHours,
      meanInSystem: this.#area / this.#areaSinceMs,
      littleInSystem: this.#responseSum / this.#areaSinceMs,
      series: this.#recorder.series,
      numEvents: facts.numEvents,
    };
  }

  #left(nowMs: number, responseMs: number): void {
    this.#integrate(nowMs);
    this.#numInSystem -= 1;
    this.#responseSum += responseMs;
  }

  #integrate(nowMs: number): void {
    this.#area += this.#numInSystem * (nowMs - this.#areaSinceMs);
    this.#areaSinceMs = nowMs;
  }
}
