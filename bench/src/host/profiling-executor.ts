import type { Execution, Executor } from 'millrace';
import type { StageShape, TaskFigures } from './host-messages.ts';

type StageGraph = Parameters<Executor['execute']>[0];

/** What an execution was made of, once it is over. */
export interface ExecutionProfile {
  readonly stages: readonly StageShape[];
  readonly tasks: readonly TaskFigures[];
}

/** An executor that remembers what its last execution was made of; for queries that run one at a time. */
export interface ProfilingExecutor extends Executor {
  lastProfile(): ExecutionProfile;
}

/** Wraps an executor: everything is as before, and the shape of queries can be seen. */
export function profilingExecutor(inner: Executor): ProfilingExecutor {
  let last: { readonly graph: StageGraph; readonly execution: Execution } | undefined;
  const own: Pick<ProfilingExecutor, 'execute' | 'lastProfile'> = {
    execute(graph, options) {
      const execution = inner.execute(graph, options);
      last = { graph, execution };
      return execution;
    },
    lastProfile() {
      if (!last) return { stages: [], tasks: [] };
      return { stages: last.graph.stages.map(shapeOf), tasks: last.execution.stats().reports.map(figuresOf) };
    },
  };
  // Everything else is the executor's own affair, whatever its contract has or will have.
  return new Proxy(inner, {
    get(target, name) {
      if (name === 'execute' || name === 'lastProfile') return own[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  }) as ProfilingExecutor;
}

function shapeOf({ inputs, tasks }: StageGraph['stages'][number]): StageShape {
  const slices = tasks.kind === 'partitions' ? [] : tasks.kind === 'one' ? [tasks.slice] : tasks.slices;
  return {
    inputs: [...inputs],
    kind: tasks.kind,
    slices: slices.map(({ splits }) => splits.flatMap((node) => node.splits.map(({ path }) => path))),
  };
}

function figuresOf({ stage, task, cpuMs, waitMs, peakBytes }: TaskFigures): TaskFigures {
  return { stage, task, cpuMs, waitMs, peakBytes };
}
