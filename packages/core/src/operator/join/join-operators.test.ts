import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call } from '../../expression/expression.fixture.ts';
import type { Expression } from '../../expression/index.ts';
import { defaultFunctions } from '../../expression/registry.ts';
import type { HashJoinExec, NestedLoopJoinExec } from '../../physical/index.ts';
import { type DataType, decimal, FLOAT64, INT32, INT64, type LiteralValue, UUID, VARCHAR } from '../../types/index.ts';
import {
  BatchSource,
  batchRows,
  column,
  columnRef,
  drain,
  rowKeys,
  sameValue,
  sourceNode,
  testContext,
  testWorld,
} from '../operator.fixture.ts';
import type { Operator } from '../operator.ts';
import { HashJoinOperator } from './hash-join-operator.ts';
import { NestedLoopJoinOperator } from './nested-loop-join-operator.ts';
import { SharedBuilds } from './shared-builds.ts';

const TYPES: readonly DataType[] = [INT32, INT64, VARCHAR, FLOAT64, decimal(38, 2), UUID, INT32];
const probeColumns = TYPES.map((type, i) => column(i + 1, type, `p${i}`));
const buildColumns = TYPES.map((type, i) => column(i + 11, type, `b${i}`));
const WEIGHT = TYPES.length - 1;

const VALUES: readonly fc.Arbitrary<LiteralValue>[] = [
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom(0n, 1n, -1n, 2n ** 62n),
  fc.constantFrom('', 'a', 'b', 'a string that is longer than others'),
  fc.constantFrom(0, -0, 1.5, Number.NaN),
  fc.constantFrom(0n, 1n, 10n ** 30n),
  fc.constantFrom('00000000-0000-0000-0000-000000000001', 'ffffffff-0000-4000-8000-000000000000'),
  fc.integer({ min: 0, max: 9 }),
];

const rowsArbitrary = fc.array(fc.tuple(...VALUES.map((value) => fc.option(value, { freq: 5 }))), { maxLength: 40 });
const typeArbitrary = fc.constantFrom<HashJoinExec['type']>('inner', 'left', 'right', 'full', 'semi', 'anti');
const keysArbitrary = fc.uniqueArray(fc.tuple(fc.nat({ max: WEIGHT - 1 }), fc.boolean()), {
  selector: ([place]) => place,
  minLength: 1,
  maxLength: 3,
});
const optionsArbitrary = fc.record({ seed: fc.nat({ max: 1e6 }), batchRows: fc.constantFrom(1, 3, 50, 2048) });

type Row = readonly LiteralValue[];

/** `weight of the probe < weight of the build`. */
const residual: Expression = call('<', columnRef(probeColumns[WEIGHT]!), columnRef(buildColumns[WEIGHT]!));
const passesResidual = (p: Row, b: Row) =>
  p[WEIGHT] !== null && b[WEIGHT] !== null && (p[WEIGHT] as number) < (b[WEIGHT] as number);

function joined(
  type: HashJoinExec['type'],
  probe: readonly Row[],
  build: readonly Row[],
  matches: (p: Row, b: Row) => boolean,
): Row[] {
  const nulls = TYPES.map(() => null);
  const rows: Row[] = [];
  const matchedBuild = new Set<Row>();
  for (const p of probe) {
    const partners = build.filter((b) => matches(p, b));
    for (const b of partners) matchedBuild.add(b);
    if (type === 'semi') {
      if (partners.length > 0) rows.push(p);
    } else if (type === 'anti') {
      if (partners.length === 0) rows.push(p);
    } else {
      rows.push(...partners.map((b) => [...p, ...b]));
      if (partners.length === 0 && (type === 'left' || type === 'full')) rows.push([...p, ...nulls]);
    }
  }
  if (type === 'right' || type === 'full') {
    rows.push(...build.filter((b) => !matchedBuild.has(b)).map((b) => [...nulls, ...b]));
  }
  return rows;
}

interface RunOptions {
  readonly seed?: number;
  readonly batchRows: number;
  readonly isHostile?: boolean;
  /** Bytes above which the build side is spilled. Default: it cannot be. */
  readonly operatorBytes?: number;
  /** Reads and writes are over after so many ticks, at most. Default: 0. */
  readonly maxDelay?: number;
}

function run(
  node: HashJoinExec | NestedLoopJoinExec,
  probe: readonly Row[],
  build: readonly Row[],
  options: RunOptions,
): LiteralValue[][] {
  const { operatorBytes, maxDelay = 0, seed = 1 } = options;
  const canSpill = operatorBytes !== undefined;
  const world = testWorld({ functions: defaultFunctions(), canSpill, maxDelay, seed });
  const context = testContext(world, { batchRows: options.batchRows, operatorBytes });
  const sources = [
    new BatchSource(
      world,
      node.probe.columns.map((c) => c.type),
      probe,
      options,
    ),
    new BatchSource(
      world,
      node.build.columns.map((c) => c.type),
      build,
      { ...options, seed: (options.seed ?? 1) + 1 },
    ),
  ] as const;
  const operator: Operator =
    node.kind === 'HashJoinExec'
      ? new HashJoinOperator(node, context, ...sources)
      : new NestedLoopJoinOperator(node, context, ...sources);
  try {
    const rows = drain(operator, world);
    // Files are removed as soon as they were read.
    expect(world.io.files.size).toBe(0);
    return rows;
  } finally {
    operator.close();
    while (!context.reads.drain()) world.io.tick();
    context.close();
    expect(world.memory.numBlocks).toBe(0);
    expect(world.account.usedBytes).toBe(0);
  }
}

/** Joined rows keep their order only batch by batch. */
const sortedKeys = (rows: readonly Row[]) => rowKeys(rows).toSorted();

const base = {
  id: 4,
  probe: sourceNode(probeColumns),
  build: sourceNode(buildColumns),
} as const;

const outputOf = (type: HashJoinExec['type']) =>
  type === 'semi' || type === 'anti' ? probeColumns : [...probeColumns, ...buildColumns];

describe('any type of join, any encoding', () => {
  test('by hash: any keys, with and without a residual', () => {
    fc.assert(
      fc.property(
        typeArbitrary,
        keysArbitrary,
        fc.boolean(),
        rowsArbitrary,
        rowsArbitrary,
        optionsArbitrary,
        (type, keys, withResidual, probe, build, options) => {
          const node: HashJoinExec = {
            ...base,
            kind: 'HashJoinExec',
            type,
            columns: outputOf(type),
            keys: keys.map(([place, nullSafe]) => ({
              probe: columnRef(probeColumns[place]!),
              build: columnRef(buildColumns[place]!),
              nullSafe,
            })),
            residual: withResidual ? residual : undefined,
          };
          const matches = (p: Row, b: Row) =>
            keys.every(([place, nullSafe]) => sameValue(p[place]!, b[place]!) && (nullSafe || p[place] !== null)) &&
            (!withResidual || passesResidual(p, b));
          const actual = run(node, probe, build, options);
          const wanted = joined(type, probe, build, matches);
          expect(sortedKeys(actual)).toEqual(sortedKeys(wanted));
          if (type === 'semi' || type === 'anti') expect(rowKeys(actual)).toEqual(rowKeys(wanted));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('by hash, when the build side is spilled', () => {
    const spilling = fc.record({ operatorBytes: fc.constantFrom(1, 30_000), maxDelay: fc.nat(2) });
    fc.assert(
      fc.property(
        fc.tuple(typeArbitrary, fc.boolean(), optionsArbitrary, spilling),
        keysArbitrary,
        rowsArbitrary,
        rowsArbitrary,
        ([type, withResidual, options, spill], keys, probe, build) => {
          const node: HashJoinExec = {
            ...base,
            kind: 'HashJoinExec',
            type,
            columns: outputOf(type),
            keys: keys.map(([place, nullSafe]) => ({
              probe: columnRef(probeColumns[place]!),
              build: columnRef(buildColumns[place]!),
              nullSafe,
            })),
            residual: withResidual ? residual : undefined,
          };
          const matches = (p: Row, b: Row) =>
            keys.every(([place, nullSafe]) => sameValue(p[place]!, b[place]!) && (nullSafe || p[place] !== null)) &&
            (!withResidual || passesResidual(p, b));
          const actual = run(node, probe, build, { ...options, ...spill });
          expect(sortedKeys(actual)).toEqual(sortedKeys(joined(type, probe, build, matches)));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('by nested loop: with and without a predicate', () => {
    fc.assert(
      fc.property(
        typeArbitrary,
        fc.boolean(),
        rowsArbitrary,
        rowsArbitrary,
        optionsArbitrary,
        (type, withPredicate, probe, build, options) => {
          const node: NestedLoopJoinExec = {
            ...base,
            kind: 'NestedLoopJoinExec',
            type,
            columns: outputOf(type),
            predicate: withPredicate ? residual : undefined,
          };
          const matches = (p: Row, b: Row) => !withPredicate || passesResidual(p, b);
          const actual = run(node, probe, build, options);
          expect(sortedKeys(actual)).toEqual(sortedKeys(joined(type, probe, build, matches)));
        },
      ),
      { numRuns: 100 },
    );
  });
});

const one = (id: number, type: DataType) => [column(id, type)];

function equiJoin(type: HashJoinExec['type'], keyType: DataType): HashJoinExec {
  const [probe, build] = [one(1, keyType), one(2, keyType)];
  return {
    kind: 'HashJoinExec',
    id: 4,
    type,
    probe: sourceNode(probe),
    build: sourceNode(build),
    columns: [...probe, ...build],
    keys: [{ probe: columnRef(probe[0]!), build: columnRef(build[0]!), nullSafe: false }],
    residual: undefined,
  };
}

test('many rows and many duplicates: batches stay within their size', () => {
  const probe = Array.from({ length: 3000 }, (_, i) => [i % 1000]);
  const build = Array.from({ length: 5000 }, (_, i) => [i % 500]);
  const world = testWorld({ functions: defaultFunctions() });
  const context = testContext(world, { batchRows: 100 });
  const operator = new HashJoinOperator(
    equiJoin('inner', INT32),
    context,
    new BatchSource(world, [INT32], probe, { isHostile: false, batchRows: 100 }),
    new BatchSource(world, [INT32], build, { isHostile: false, batchRows: 100 }),
  );
  const numByKey = new Map<LiteralValue, number>();
  for (let batch = operator.next(); batch !== undefined; batch = operator.next()) {
    if (typeof batch === 'symbol') continue;
    expect(batch.numRows).toBeLessThanOrEqual(100);
    for (const [p, b] of batchRows(batch, world.memory)) {
      expect(p).toBe(b);
      numByKey.set(p!, (numByKey.get(p!) ?? 0) + 1);
    }
  }
  expect(numByKey.size).toBe(500);
  expect(new Set(numByKey.values())).toEqual(new Set([3 * 10]));
  operator.close();
  context.close();
  expect(world.memory.numBlocks).toBe(0);
});

test('an empty build side of an inner join: the probe side is not read', () => {
  const world = testWorld({ functions: defaultFunctions() });
  const context = testContext(world);
  const probe = new BatchSource(world, [INT32], [[1], [2]], { isHostile: false });
  const build = new BatchSource(world, [INT32], [], { isHostile: false });
  const operator = new HashJoinOperator(equiJoin('inner', INT32), context, probe, build);
  expect(operator.next()).toBeUndefined();
  expect(probe.isClosed).toBe(true);
  operator.close();
  context.close();
});

test('too little memory is said with the name of the operator', () => {
  const world = testWorld({ functions: defaultFunctions() });
  const context = testContext(world, { memoryBytes: 1_000_000 });
  const build = Array.from({ length: 40_000 }, (_, i) => [`a rather long string, new in every row ${i}`]);
  const operator = new HashJoinOperator(
    equiJoin('inner', VARCHAR),
    context,
    new BatchSource(world, [VARCHAR], build, { isHostile: false, batchRows: 2048 }),
    new BatchSource(world, [VARCHAR], build, { isHostile: false, batchRows: 2048 }),
  );
  expect(() => drain(operator, world)).toThrow(/HashJoinOperator #4 needs/);
  operator.close();
  context.close();
  expect(world.memory.numBlocks).toBe(0);
});

test('tasks of a query share a build side: the first makes it, the others do not read theirs', () => {
  const world = testWorld({ functions: defaultFunctions() });
  const sharedBuilds = new SharedBuilds(world.account.child('shared'));
  const build = [[1], [2], [2]];
  const runTask = (probe: Row[]) => {
    const task = testContext(world);
    const context = { ...task, environment: { ...world.environment, sharedBuilds } };
    const source = new BatchSource(world, [INT32], build);
    const input = new BatchSource(world, [INT32], probe, { seed: 3 });
    const operator = new HashJoinOperator({ ...equiJoin('inner', INT32), sharesBuild: true }, context, input, source);
    sharedBuilds.open();
    const rows = drain(operator, world);
    operator.close();
    task.close();
    sharedBuilds.close();
    return { rows, extra: operator.stats().extra };
  };
  expect(runTask([[2], [5]])).toEqual({
    rows: [
      [2, 2],
      [2, 2],
    ],
    extra: { buildRows: 3, hashSlots: 2 },
  });
  expect(runTask([[1]])).toEqual({ rows: [[1, 1]], extra: { sharedBuilds: 1 } });
  expect(sharedBuilds.account.usedBytes).toBeGreaterThan(0);
  sharedBuilds.retire();
  expect(world.memory.numBlocks).toBe(0);
  expect(world.account.usedBytes).toBe(0);
});

test('of two tasks that build at once one build side stays', () => {
  const world = testWorld({ functions: defaultFunctions() });
  const sharedBuilds = new SharedBuilds(world.account.child('shared'));
  const tasks = [1, 2].map((seed) => {
    const task = testContext(world);
    const context = { ...task, environment: { ...world.environment, sharedBuilds } };
    sharedBuilds.open();
    const source = new BatchSource(world, [INT32], [[1], [2], [3]], { seed, batchRows: 1 });
    const input = new BatchSource(world, [INT32], [[3]], { seed });
    const node = { ...equiJoin('inner', INT32), sharesBuild: true };
    return { task, operator: new HashJoinOperator(node, context, input, source) };
  });
  sharedBuilds.retire();
  // One step each, so that both have begun before either is done.
  const first = tasks.map(({ operator }) => operator.next());
  for (const [i, { task, operator }] of tasks.entries()) {
    const batch = first[i];
    const rows = batch && typeof batch !== 'symbol' ? batchRows(batch, world.memory) : drain(operator, world);
    expect(rows).toEqual([[3, 3]]);
    operator.close();
    task.close();
    sharedBuilds.close();
  }
  expect(world.memory.numBlocks).toBe(0);
});

test('a join can be closed at any time', () => {
  for (let numSteps = 0; numSteps < 12; numSteps++) {
    const world = testWorld({ functions: defaultFunctions() });
    const context = testContext(world, { batchRows: 7 });
    const rows = Array.from({ length: 60 }, (_, i) => [`k${i % 20}`]);
    const operator = new HashJoinOperator(
      equiJoin('full', VARCHAR),
      context,
      new BatchSource(world, [VARCHAR], rows),
      new BatchSource(world, [VARCHAR], rows, { seed: 5 }),
    );
    for (let i = 0; i < numSteps; i++) operator.next();
    operator.close();
    context.close();
    expect(world.memory.numBlocks).toBe(0);
  }
});

describe('what a join asks of its probe', () => {
  /** The columns that the source of the probe is told of; undefined when it is told nothing. */
  function askedOf(
    type: HashJoinExec['type'],
    keyType: DataType,
    keys: HashJoinExec['keys'],
  ): readonly number[] | undefined {
    const world = testWorld({ functions: defaultFunctions() });
    const context = testContext(world);
    let asked: readonly number[] | undefined;
    const probe = Object.assign(new BatchSource(world, [keyType], [[null]]), {
      acceptFilter: ({ columns }: { readonly columns: readonly number[] }) => {
        asked = columns;
        return true;
      },
    });
    const build = new BatchSource(world, [keyType], [[null]]);
    const operator = new HashJoinOperator({ ...equiJoin(type, keyType), keys }, context, probe, build);
    drain(operator, world);
    operator.close();
    context.close();
    return asked;
  }

  test('to leave out rows without a match, where it would leave them out itself', () => {
    const { keys } = equiJoin('inner', INT32);
    expect(askedOf('inner', INT32, keys)).toEqual([1]);
    expect(askedOf('semi', INT32, keys)).toEqual([1]);
    for (const type of ['left', 'full', 'anti'] as const) expect(askedOf(type, INT32, keys)).toBeUndefined();
  });

  test('nothing where the table does not know for sure', () => {
    expect(askedOf('inner', VARCHAR, equiJoin('inner', VARCHAR).keys)).toBeUndefined();
    const nullSafe = equiJoin('inner', INT32).keys.map((key) => ({ ...key, nullSafe: true }));
    expect(askedOf('inner', INT32, nullSafe)).toBeUndefined();
  });
});
