import type { WorkloadModel } from '../model/workload-model.ts';

/**
 * The model after the data have grown: scans have as many more tasks of the size they have now, and what reads their output costs as much more.
 * Bytes of a request stay, since row groups do.
 */
export function grownModel(model: WorkloadModel, factor: number): WorkloadModel {
  if (factor === 1) return model;
  return {
    ...model,
    dataBytes: model.dataBytes * factor,
    queries: model.queries.map((query) => ({
      ...query,
      memoryBytes: query.memoryBytes * factor,
      stages: query.stages.map((stage) => {
        const scans = stage.tasks.some(({ numGets }) => numGets > 0);
        if (!scans || stage.onCoordinator) {
          return { ...stage, tasks: stage.tasks.map((task) => ({ ...task, cpuMs: task.cpuMs * factor })) };
        }
        const numTasks = Math.max(1, Math.round(stage.tasks.length * factor));
        // The part of a task that rounding leaves over goes into the size of each.
        const size = (stage.tasks.length * factor) / numTasks;
        const tasks = Array.from({ length: numTasks }, (_, i) => {
          const { cpuMs, numGets, bytes } = stage.tasks[i % stage.tasks.length]!;
          return { cpuMs: cpuMs * size, numGets, bytes: bytes * size };
        });
        return { ...stage, tasks };
      }),
    })),
  };
}

/** The model with a slower or faster store, or processor. */
export function scaledModel(
  model: WorkloadModel,
  { cpu = 1, storage = 1, tail = 1 }: { cpu?: number; storage?: number; tail?: number },
): WorkloadModel {
  const slower = <T extends readonly (readonly [number, number])[]>(table: T) =>
    table.map(([share, ms]) => [share, ms * storage * (share >= 0.99 ? tail : 1)] as const);
  return {
    ...model,
    queries: model.queries.map((query) => ({
      ...query,
      planCpuMs: query.planCpuMs * cpu,
      jobCpuMs: query.jobCpuMs * cpu,
      stages: query.stages.map((stage) => ({
        ...stage,
        tasks: stage.tasks.map((task) => ({ ...task, cpuMs: task.cpuMs * cpu })),
      })),
    })),
    fetch: { cpuMsPerGet: model.fetch.cpuMsPerGet * cpu, cpuMsPerMegabyte: model.fetch.cpuMsPerMegabyte * cpu },
    storage: {
      ...model.storage,
      gets: model.storage.gets.map((band) => ({ ...band, table: slower(band.table) })),
      others: slower(model.storage.others),
    },
  };
}
