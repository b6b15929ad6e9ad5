import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** Where a benchmark ran. */
export interface Machine {
  readonly cpuModel: string;
  /** Cores that this process may use. */
  readonly numCores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly nodeVersion: string;
  /** Processes that wanted to run, on average of the minute before the benchmark: more than a few tenths disturb it. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    numCores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()} ${process.arch}`,
    nodeVersion: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** The machine on one line. */
export function machineText({ cpuModel, numCores, memoryBytes, system, nodeVersion, loadBefore }: Machine): string {
  const memory = `${(memoryBytes / 2 ** 30).toFixed(0)} GiB`;
  return `${numCores} cores (${cpuModel}), ${memory}, ${system}, Node ${nodeVersion}, load before ${loadBefore.toFixed(2)}`;
}
