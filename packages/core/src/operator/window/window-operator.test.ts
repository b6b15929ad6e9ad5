import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGGREGATE_FUNCTIONS } from '../../expression/aggregate/index.ts';
import type { AggregateCall, FrameBound, WindowCall, WindowFrame } from '../../expression/index.ts';
import type { WindowExec } from '../../physical/index.ts';
import { type DataType, INT32, INT64, type LiteralValue, VARCHAR } from '../../types/index.ts';
import { BatchSource, column, columnRef, drain, sourceNode, testContext, testWorld } from '../operator.fixture.ts';
import { WindowOperator } from './window-operator.ts';

const columns = [column(1, INT32, 'g'), column(2, INT32, 'k'), column(3, INT32, 'v'), column(4, VARCHAR, 's')];
const [g, k, v, s] = columns.map(columnRef) as [
  ReturnType<typeof columnRef>,
  ReturnType<typeof columnRef>,
  ReturnType<typeof columnRef>,
  ReturnType<typeof columnRef>,
];
const types = columns.map(({ type }) => type);

function aggregate(name: string, overload: string, type: DataType, ...args: AggregateCall['args']): AggregateCall {
  expect(AGGREGATE_FUNCTIONS.some(({ overloads }) => overloads.some(({ id }) => id === overload))).toBe(true);
  return { name, overload, args, distinct: false, filter: undefined, type };
}

const CALLS = [
  aggregate('sum', 'sum(integer)', INT64, v),
  aggregate('count', 'count(any)', INT64, v),
  aggregate('min', 'min(varchar)', VARCHAR, s),
  aggregate('string_agg', 'string_agg(varchar,varchar)', VARCHAR, s, { kind: 'literal', type: VARCHAR, value: ',' }),
];

/** Whole partitions, frames that begin with them, and frames of any other kind. */
const bound = fc.oneof(
  fc.constant<FrameBound>({ kind: 'partition' }),
  fc.constant<FrameBound>({ kind: 'current-row' }),
  fc.integer({ min: -80, max: 80 }).map((count): FrameBound => ({ kind: 'count', count })),
);
const frame = fc.record<WindowFrame>({
  unit: fc.constant('rows'),
  start: bound,
  end: bound,
  exclude: fc.constantFrom('nothing', 'nothing', 'current-row', 'group', 'ties'),
});
const small = fc.option(fc.integer({ min: 0, max: 3 }), { nil: null });
const text = fc.option(fc.constantFrom('', 'a', 'bc', 'a longer text than that'), { nil: null });

type Row = readonly LiteralValue[];

const edge = (at: FrameBound, place: number, whole: number) =>
  at.kind === 'partition' ? whole : place + (at.kind === 'count' ? at.count : 0);

/** Places of the frame of the row at `place` of a partition of `rows`. */
function framePlaces(rows: readonly Row[], place: number, { start, end, exclude }: WindowFrame): number[] {
  const isPeer = (at: number) => rows[at]![1] === rows[place]![1];
  const first = Math.max(0, edge(start, place, 0));
  const last = Math.min(rows.length - 1, edge(end, place, rows.length - 1));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).filter((at) => {
    if (exclude === 'current-row') return at !== place;
    if (exclude === 'group') return !isPeer(at);
    return exclude !== 'ties' || at === place || !isPeer(at);
  });
}

function expectedValue(call: AggregateCall, rows: readonly Row[]): LiteralValue {
  const values = rows
    .map((row) => row[call.name === 'sum' || call.name === 'count' ? 2 : 3]!)
    .filter((x) => x !== null);
  if (call.name === 'count') return BigInt(values.length);
  if (values.length === 0) return null;
  if (call.name === 'sum') return values.reduce<bigint>((sum, value) => sum + BigInt(value as number), 0n);
  const texts = values as string[];
  return call.name === 'min' ? texts.toSorted()[0]! : texts.join(',');
}

describe('WindowOperator', () => {
  test('computes aggregates over frames as a plain reference does, and lets go of all memory', () => {
    const property = fc.property(
      fc.array(fc.tuple(small, fc.option(fc.integer({ min: 0, max: 40 }), { nil: null }), small, text), {
        maxLength: 300,
      }),
      fc.array(fc.tuple(fc.constantFrom(...CALLS), frame), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer(),
      (rows, calls, batchRows, seed) => {
        const world = testWorld();
        const context = testContext(world, { batchRows });
        const windows = calls.map(([call, own]): WindowCall => ({ call, numOrderKeys: 1, frame: own }));
        const operator = new WindowOperator(
          windowNode(windows),
          context,
          new BatchSource(world, types, rows, { seed }),
        );
        const actual = drain(operator, world);
        expect(actual).toHaveLength(rows.length);
        const groups = Map.groupBy(actual, (row) => row[0]!);
        for (const partition of groups.values()) {
          for (const [place, row] of partition.entries()) {
            const expected = calls.map(([call, own]) =>
              expectedValue(
                call,
                framePlaces(partition, place, own).map((at) => partition[at]!),
              ),
            );
            expect(row.slice(4)).toEqual(expected);
          }
        }
        const key = (row: Row) => JSON.stringify(row.slice(0, 4));
        expect(actual.map(key).toSorted()).toEqual(rows.map(key).toSorted());
        operator.close();
        context.close();
        expect(world.account.usedBytes).toBe(0);
        expect(world.memory.numBlocks).toBe(0);
      },
    );
    fc.assert(property, { numRuns: 60 });
  });

  test('a failure for want of memory leaves nothing behind', () => {
    const world = testWorld();
    const rows = Array.from({ length: 3000 }, (_, i): Row => [i % 3, i, i, 'x']);
    const start: FrameBound = { kind: 'count', count: -9 };
    const call: WindowCall = {
      call: CALLS[0]!,
      numOrderKeys: 1,
      frame: { unit: 'rows', start, end: { kind: 'current-row' }, exclude: 'nothing' },
    };
    let numFailures = 0;
    for (let isDone = false, memoryBytes = 100_000; !isDone; memoryBytes += 150_000) {
      const context = testContext(world, { batchRows: 1000, memoryBytes });
      const source = new BatchSource(world, types, rows, { isHostile: false });
      const operator = new WindowOperator(windowNode([call]), context, source);
      try {
        expect(drain(operator, world)).toHaveLength(rows.length);
        isDone = true;
      } catch (error) {
        expect(error).toMatchObject({ code: 'MEMORY_LIMIT' });
        numFailures++;
      }
      operator.close();
      context.close();
      expect(world.memory.numBlocks).toBe(0);
    }
    expect(numFailures).toBeGreaterThan(2);
  });

  test('stops between batches when it is cancelled', () => {
    const world = testWorld();
    const context = testContext(world, { batchRows: 2 });
    const rows = Array.from({ length: 10 }, (_, i): Row => [0, i, i, null]);
    const source = new BatchSource(world, types, rows, { isHostile: false });
    const operator = new WindowOperator(windowNode([]), context, source);
    expect(operator.next()).toBeTypeOf('object');
    world.cancelled = true;
    expect(() => operator.next()).toThrow('cancelled');
    operator.close();
    context.close();
    expect(world.memory.numBlocks).toBe(0);
  });
});

function windowNode(calls: readonly WindowCall[]): WindowExec {
  const results = calls.map(({ call }, i) => column(10 + i, call.type, call.name));
  return {
    kind: 'WindowExec',
    id: 1,
    columns: [...columns, ...results],
    input: sourceNode(columns),
    partitionBy: [g],
    orderBy: [{ expression: k, descending: false, nullsFirst: false }],
    calls,
  };
}
