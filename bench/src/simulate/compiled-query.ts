import type { QueryModel, WorkloadModel } from '../model/workload-model.ts';

/** A stage with its tasks as columns. */
export interface CompiledStage {
  readonly numTasks: number;
  readonly numInputs: number;
  readonly onCoordinator: boolean;
  readonly cpuMs: Float64Array;
  readonly numGets: Int32Array;
  readonly bytes: Float64Array;
  /** CPU of fetching, on the data-plane thread. */
  readonly fetchMs: Float64Array;
  /** Stages that wait for this one. */
  readonly consumers: readonly number[];
}

/** A query of the model, laid out for the simulator's loop. */
export interface CompiledQuery {
  readonly model: QueryModel;
  readonly tenant: number;
  readonly stages: readonly CompiledStage[];
  /** Stages that wait for none. */
  readonly first: readonly number[];
}

/** Lays out the queries of a model. Throws `RangeError` for a stage without tasks or with an input that is none. */
export function compileQueries({ queries, fetch }: WorkloadModel, tenants: readonly string[]): CompiledQuery[] {
  return queries.map((model) => {
    const stages = model.stages.map(({ inputs, onCoordinator, tasks }, id): CompiledStage => {
      if (tasks.length === 0) throw new RangeError(`stage ${id} of ${model.name} has no tasks`);
      if (inputs.some((input) => input >= id)) throw new RangeError(`stage ${id} of ${model.name} reads a later stage`);
      return {
        numTasks: tasks.length,
        numInputs: inputs.length,
        onCoordinator,
        cpuMs: Float64Array.from(tasks, (task) => task.cpuMs),
        numGets: Int32Array.from(tasks, (task) => task.numGets),
        bytes: Float64Array.from(tasks, (task) => task.bytes),
        fetchMs: Float64Array.from(
          tasks,
          (task) => task.numGets * fetch.cpuMsPerGet + (task.bytes / 1e6) * fetch.cpuMsPerMegabyte,
        ),
        consumers: model.stages.flatMap((stage, other) => (stage.inputs.includes(id) ? [other] : [])),
      };
    });
    const first = stages.flatMap(({ numInputs }, id) => (numInputs === 0 ? [id] : []));
    return { model, tenant: Math.max(0, tenants.indexOf(model.tenant)), stages, first };
  });
}
