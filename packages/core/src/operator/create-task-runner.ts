import { internal, QueryError } from '../error/index.ts';
import { ExpressionRuntime } from '../expression/expression-runtime.ts';
import type { TaskReport, TaskSpec } from '../physical/index.ts';
import { type MemoryAccount, seededRandom } from '../runtime/index.ts';
import { createOperator } from './create-operator.ts';
import { createTaskOutput } from './create-task-output.ts';
import { InFlightReads } from './in-flight-reads.ts';
import { BLOCKED, type Operator } from './operator.ts';
import type { OperatorContext, TaskEnvironment } from './operator-context.ts';
import { OperatorProfile } from './operator-profile.ts';
import type { TaskOutput } from './task-output.ts';
import type { TaskRunner, TaskStep } from './task-runner.ts';

/**
 * A runner for a task. Making it reads and computes nothing; all memory is charged to a child of `environment.account`
 * that is limited to `spec.settings.memoryBytes`.
 *
 * Throws `FEATURE_NOT_IMPLEMENTED` for a spec of another version, and whatever compiling its expressions throws; then
 * nothing is left to close. Errors of `step` are `QueryError`s or bugs; after one only `close` may be called.
 */
export function createTaskRunner(spec: TaskSpec, environment: TaskEnvironment): TaskRunner {
  if (spec.version !== 1) {
    throw new QueryError(
      'FEATURE_NOT_IMPLEMENTED',
      `This worker runs tasks of version 1, not of version ${String((spec as { version: unknown }).version)}.`,
      { hint: 'Run the engine and its workers with the same release of Millrace.' },
    );
  }
  return new FragmentRunner(spec, environment);
}

type State = 'running' | 'done' | 'failed' | 'closed';

class FragmentRunner implements TaskRunner {
  readonly #spec: TaskSpec;
  readonly #environment: TaskEnvironment;
  readonly #account: MemoryAccount;
  readonly #reads: InFlightReads;
  readonly #expressions: ExpressionRuntime;
  readonly #operators: Operator[] = [];
  readonly #root: Operator;
  readonly #output: TaskOutput;
  #state: State = 'running';
  #inputIsDone = false;
  #numRows = 0;
  #cpuMs = 0;
  #waitMs = 0;
  readonly #startedMs: number;
  #blockedSince: number | undefined;

  constructor(spec: TaskSpec, environment: TaskEnvironment) {
    const { settings } = spec;
    const { memory, io, clock } = environment;
    this.#spec = spec;
    this.#startedMs = clock.wallMs();
    this.#environment = environment;
    this.#account = environment.account.child(`task ${spec.stage}.${spec.task}`, settings.memoryBytes);
    this.#reads = new InFlightReads(memory, io, clock);
    this.#expressions = new ExpressionRuntime({
      memory,
      account: this.#account.child('expressions'),
      functions: environment.functions,
      startedMicros: settings.startedMicros,
      timeZone: settings.timeZone,
      nextRandom: seededRandom(settings.seed).fork(`${spec.stage}.${spec.task}`).next,
    });
    const context: OperatorContext = {
      spec,
      environment,
      memory,
      account: this.#account,
      reads: this.#reads,
      profile: new OperatorProfile(clock),
      expressions: this.#expressions,
      throwIfCancelled: () => {
        if (environment.isCancelled()) throw new QueryError('ABORTED', 'The query was cancelled.');
      },
    };
    try {
      this.#root = createOperator(spec.fragment, context, this.#operators);
      this.#output = createTaskOutput(spec, context);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  step(): TaskStep {
    if (this.#state !== 'running') throw internal(`a task that is ${this.#state} was asked to go on`);
    const { clock } = this.#environment;
    const started = clock.monotonicMs();
    if (this.#blockedSince !== undefined) this.#waitMs += started - this.#blockedSince;
    this.#blockedSince = undefined;
    this.#reads.drain();
    try {
      const step = this.#advance();
      const stopped = clock.monotonicMs();
      this.#cpuMs += stopped - started;
      if (step.kind === 'blocked') this.#blockedSince = stopped;
      return step.kind === 'done' ? { kind: 'done', report: this.#report() } : step;
    } catch (error) {
      this.#state = 'failed';
      throw error;
    }
  }

  close(): boolean {
    if (this.#state !== 'closed') {
      this.#state = 'closed';
      // The root closes what it reads; an operator whose reader was never made is closed here.
      for (let i = this.#operators.length - 1; i >= 0; i--) this.#operators[i]!.close();
      this.#output?.close();
      this.#expressions.close();
    }
    return this.#reads.drain();
  }

  #advance(): { readonly kind: 'done' } | Exclude<TaskStep, { readonly kind: 'done' }> {
    for (;;) {
      const block = this.#output.take();
      if (block) {
        this.#numRows += block.numRows;
        const { partition, address, bytes, numRows } = block;
        return { kind: 'output', partition, address, bytes, numRows };
      }
      if (this.#inputIsDone) {
        this.#state = 'done';
        return { kind: 'done' };
      }
      const batch = this.#root.next();
      if (batch === BLOCKED) return { kind: 'blocked' };
      if (batch === undefined) {
        this.#inputIsDone = true;
        this.#output.finish();
      } else {
        this.#output.push(batch);
      }
    }
  }

  #report(): TaskReport {
    return {
      stage: this.#spec.stage,
      task: this.#spec.task,
      operators: this.#operators.map((operator) => operator.stats()),
      numRows: this.#numRows,
      peakBytes: this.#account.peakBytes,
      cpuMs: this.#cpuMs,
      waitMs: this.#waitMs,
      startedMs: this.#startedMs,
      endedMs: this.#environment.clock.wallMs(),
      reads: this.#reads.reports,
    };
  }
}
