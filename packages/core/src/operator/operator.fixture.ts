import { AGGREGATE_FUNCTIONS } from '../expression/aggregate/index.ts';
import { ExpressionRuntime } from '../expression/expression-runtime.ts';
import type { Column, ColumnExpression, FunctionRegistry, LiteralExpression } from '../expression/index.ts';
import type { PhysicalPlan, TaskSettings, TaskSpec } from '../physical/index.ts';
import { MemoryAccount, type Random, seededRandom, systemClock } from '../runtime/index.ts';
import type { DataType, LiteralValue } from '../types/index.ts';
import { Arena, Batch, LinearMemory, type Vector, vectorOfLiterals, vectorValue } from '../vector/index.ts';
import { Vector as VectorClass } from '../vector/vector.ts';
import { type FakeIoOptions, FakeTaskIo } from './fake-task-io.fixture.ts';
import { InFlightReads } from './in-flight-reads.ts';
import { BLOCKED, type Operator } from './operator.ts';
import type { OperatorContext, TaskEnvironment } from './operator-context.ts';
import { OperatorProfile } from './operator-profile.ts';

export const TEST_SETTINGS: TaskSettings = {
  batchRows: 2048,
  memoryBytes: 2 ** 30,
  readAheadBytes: 1 << 20,
  blockBytes: 1 << 18,
  startedMicros: 0n,
  timeZone: 'UTC',
  seed: 1,
  decoder: 'auto',
  fusion: 'auto',
};

const overloads = new Map(AGGREGATE_FUNCTIONS.flatMap((f) => f.overloads.map((overload) => [overload.id, overload])));

/** Knows the aggregates and no scalar function. */
export const TEST_FUNCTIONS: FunctionRegistry = {
  scalar: () => undefined,
  scalarOverload: () => undefined,
  aggregate: (name) => AGGREGATE_FUNCTIONS.find((f) => f.name === name || f.aliases?.includes(name)),
  aggregateOverload: (id) => overloads.get(id),
  window: () => undefined,
  windowOverload: () => undefined,
  names: () => [],
};

export function column(id: number, type: DataType, name = `c${id}`): Column {
  return { id, name, type, nullable: true };
}

export function columnRef({ id, name, type }: Column): ColumnExpression {
  return { kind: 'column', id, name, type };
}

export function literal(type: DataType, value: LiteralValue): LiteralExpression {
  return { kind: 'literal', type, value };
}

/** A source node without rows, whose columns stand for those of a {@link BatchSource}. */
export function sourceNode(columns: readonly Column[]): PhysicalPlan {
  return { kind: 'ValuesExec', id: 1000, columns, rows: [] };
}

export function taskSpec(fragment: PhysicalPlan, overrides: Partial<TaskSpec> = {}): TaskSpec {
  return {
    version: 1,
    query: 'q1',
    stage: 0,
    task: 0,
    fragment,
    slice: { splits: [] },
    inputs: [],
    output: { kind: 'result' },
    settings: TEST_SETTINGS,
    ...overrides,
  };
}

export interface TestWorld {
  readonly memory: LinearMemory;
  readonly account: MemoryAccount;
  readonly io: FakeTaskIo;
  readonly environment: TaskEnvironment;
  cancelled: boolean;
}

export function testWorld(options: FakeIoOptions & { readonly functions?: FunctionRegistry } = {}): TestWorld {
  const memory = new LinearMemory();
  const account = new MemoryAccount('test');
  const io = new FakeTaskIo(memory, options);
  const world: { -readonly [Key in keyof TestWorld]?: TestWorld[Key] } = { memory, account, io, cancelled: false };
  world.environment = {
    memory,
    account,
    io,
    functions: options.functions ?? TEST_FUNCTIONS,
    clock: systemClock,
    codecs: {
      has: () => false,
      decompress: () => {
        throw new Error('no codec');
      },
    },
    isCancelled: () => world.cancelled === true,
  };
  return world as TestWorld;
}

export interface TestContext extends OperatorContext {
  close(): void;
}

/** What a single operator needs to run without a task. */
export function testContext(world: TestWorld, settings: Partial<TaskSettings> = {}): TestContext {
  const { memory, account, io } = world;
  const spec = taskSpec(sourceNode([]), { settings: { ...TEST_SETTINGS, ...settings } });
  const task = account.child('task', spec.settings.memoryBytes);
  const expressions = new ExpressionRuntime({
    memory,
    account: task,
    functions: world.environment.functions,
    startedMicros: 0n,
    nextRandom: () => 0.5,
  });
  const reads = new InFlightReads(memory, io, systemClock);
  return {
    spec,
    environment: world.environment,
    memory,
    account: task,
    reads,
    profile: new OperatorProfile(systemClock),
    expressions,
    throwIfCancelled: () => {
      if (world.cancelled) throw new Error('cancelled');
    },
    close: () => expressions.close(),
  };
}

/** The rows of a batch as arrays of values. */
export function batchRows(batch: Batch, memory: LinearMemory): LiteralValue[][] {
  return Array.from({ length: batch.numRows }, (_, i) => {
    const row = batch.selection === 0 ? i : memory.u32[batch.selection / 4 + i]!;
    return batch.columns.map((vector) => vectorValue(vector, row, memory));
  });
}

/** Pulls everything out of an operator. */
export function drain(operator: Operator, world: TestWorld): LiteralValue[][] {
  const rows: LiteralValue[][] = [];
  for (let idle = 0; ; ) {
    const batch = operator.next();
    if (batch === undefined) return rows;
    if (batch === BLOCKED) {
      if (++idle > 10_000) throw new Error('blocked for ever');
      world.io.tick();
      continue;
    }
    if (batch.numRows === 0) throw new Error('an empty batch');
    rows.push(...batchRows(batch, world.memory));
  }
}

class RecordingArena extends Arena {
  readonly pieces: [number, number][] = [];

  override allocate(bytes: number): number {
    const address = super.allocate(bytes);
    this.pieces.push([address, bytes]);
    return address;
  }

  poison(): void {
    for (const [address, bytes] of this.pieces) this.memory.u8.fill(0xcd, address, address + bytes);
  }
}

export interface SourceOptions {
  readonly seed?: number;
  /** Most rows of a batch; sizes vary below it. */
  readonly batchRows?: number;
  /** Vectors of every encoding, selections with rows that do not belong, answers of `BLOCKED`. Default: true. */
  readonly isHostile?: boolean;
}

/**
 * Gives rows as batches of every encoding, with selections, blocked now and then; overwrites a batch when it is asked for
 * the next one.
 */
export class BatchSource implements Operator {
  readonly #world: TestWorld;
  readonly #types: readonly DataType[];
  readonly #rows: readonly (readonly LiteralValue[])[];
  readonly #random: Random;
  readonly #batchRows: number;
  readonly #isHostile: boolean;
  readonly #dictionaries: ({ values: LiteralValue[]; vector: Vector } | undefined)[] = [];
  readonly #dictionaryArena: Arena;
  #arena: RecordingArena | undefined;
  #next = 0;
  isClosed = false;

  constructor(
    world: TestWorld,
    types: readonly DataType[],
    rows: readonly (readonly LiteralValue[])[],
    options: SourceOptions = {},
  ) {
    this.#world = world;
    this.#types = types;
    this.#rows = rows;
    this.#random = seededRandom(options.seed ?? 1);
    this.#batchRows = options.batchRows ?? 64;
    this.#isHostile = options.isHostile ?? true;
    this.#dictionaryArena = new Arena(world.memory, world.account);
  }

  next(): Batch | typeof BLOCKED | undefined {
    if (this.#isHostile && this.#random.next() < 0.1) return BLOCKED;
    const old = this.#arena;
    old?.poison();
    this.#arena = undefined;
    if (this.#next >= this.#rows.length || this.isClosed) {
      old?.close();
      return undefined;
    }
    const arena = new RecordingArena(this.#world.memory, this.#world.account);
    this.#arena = arena;
    const size = 1 + Math.floor(this.#random.next() * this.#batchRows);
    const wanted = this.#rows.slice(this.#next, this.#next + (this.#isHostile ? size : this.#batchRows));
    this.#next += wanted.length;
    const stored: (readonly LiteralValue[])[] = [];
    const selected: number[] = [];
    const withJunk = this.#isHostile && this.#random.next() < 0.5;
    for (const row of wanted) {
      while (withJunk && this.#random.next() < 0.3) stored.push(this.#rows[this.#pick(this.#rows.length)]!);
      selected.push(stored.length);
      stored.push(row);
    }
    const columns = this.#types.map((type, i) =>
      this.#column(
        type,
        i,
        stored.map((row) => row[i]!),
        arena,
      ),
    );
    // Closed only now, so that this batch does not lie where the last one did.
    old?.close();
    if (!withJunk) return new Batch(columns, stored.length);
    const selection = arena.allocate(selected.length * 4);
    this.#world.memory.u32.set(selected, selection / 4);
    return new Batch(columns, stored.length, selection, selected.length);
  }

  close(): void {
    this.isClosed = true;
    this.#arena?.poison();
    this.#arena?.close();
    this.#arena = undefined;
    this.#dictionaryArena.close();
  }

  stats() {
    return { node: 0, numRows: 0, numBatches: 0, cpuMs: 0, extra: {} };
  }

  #pick(n: number): number {
    return Math.floor(this.#random.next() * n);
  }

  #column(type: DataType, index: number, values: LiteralValue[], arena: Arena): Vector {
    const { memory } = this.#world;
    const kind = this.#isHostile ? this.#random.next() : 0;
    const isSame = values.every((value) => sameValue(value, values[0]!));
    if (this.#isHostile && isSame && kind < 0.5) {
      const one = vectorOfLiterals(type, [values[0]!], arena);
      return VectorClass.constant(type, values.length, one.data, one.validity);
    }
    if (kind < 0.5) return vectorOfLiterals(type, values, arena);
    let known = this.#dictionaries[index];
    if (!known || this.#random.next() < 0.2) {
      const entries = this.#rows.map((row) => row[index]!).filter((value) => value !== null);
      const distinct = entries.filter((value, i) => entries.findIndex((other) => sameValue(other, value)) === i);
      // A dictionary of 0 entries would do for a batch of nulls alone, as a Parquet writer may have it.
      const start = distinct.length === 0 ? 0 : this.#pick(distinct.length);
      const rotated = [...distinct.slice(start), ...distinct.slice(0, start)];
      known = { values: rotated, vector: vectorOfLiterals(type, rotated, this.#dictionaryArena) };
      this.#dictionaries[index] = known;
    }
    const entries = known.values;
    const codes = values.map((value) => (value === null ? 0 : entries.findIndex((entry) => sameValue(entry, value))));
    const data = arena.allocate(codes.length * 4);
    memory.u32.set(codes, data / 4);
    let validity = 0;
    if (values.includes(null)) {
      validity = arena.allocate(values.length);
      values.forEach((value, i) => {
        memory.u8[validity + i] = value === null ? 0 : 1;
      });
    }
    return VectorClass.dictionary(known.vector, values.length, data, validity);
  }
}

export function sameValue(a: LiteralValue, b: LiteralValue): boolean {
  return valueKey(a) === valueKey(b);
}

/** A text that is the same for equal values. */
export function valueKey(value: LiteralValue): string {
  if (value instanceof Uint8Array) return `x${[...value].join()}`;
  if (Array.isArray(value)) return `[${value.map((item) => valueKey(item as LiteralValue)).join()}]`;
  if (typeof value === 'object' && value !== null) return JSON.stringify(Object.values(value).map(String));
  return Object.is(value, -0) ? 'number 0' : `${typeof value} ${String(value)}`;
}

export function rowKeys(rows: readonly (readonly LiteralValue[])[]): string[] {
  return rows.map((row) => row.map(valueKey).join('|'));
}
