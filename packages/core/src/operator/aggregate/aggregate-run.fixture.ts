import { expect } from 'vitest';
import { AGGREGATE_FUNCTIONS } from '../../expression/aggregate/index.ts';
import type { AggregateCall, Column, Expression } from '../../expression/index.ts';
import type { AggregateExec, AggregateMode } from '../../physical/index.ts';
import type { LiteralValue } from '../../types/index.ts';
import {
  BatchSource,
  column,
  columnRef,
  drain,
  sourceNode,
  TEST_FUNCTIONS,
  type TestWorld,
  testContext,
  testWorld,
} from '../operator.fixture.ts';
import { AggregateOperator } from './aggregate-operator.ts';

export function call(name: string, args: readonly Expression[], extra: Partial<AggregateCall> = {}): AggregateCall {
  const types = args.map((arg) => arg.type);
  const definition = AGGREGATE_FUNCTIONS.find((f) => f.name === name)!;
  const overload = definition.overloads.find(
    ({ parameters }) =>
      parameters.length === types.length &&
      parameters.every((p, i) => p === 'any' || (typeof p === 'string' ? p : p.id) === types[i]!.id),
  );
  if (!overload) throw new Error(`no overload of ${name}`);
  const type = typeof overload.returns === 'function' ? overload.returns(types) : overload.returns;
  return { name, overload: overload.id, args, distinct: false, filter: undefined, type, ...extra };
}

export function aggregateNode(
  mode: AggregateMode,
  inputColumns: readonly Column[],
  keys: readonly Column[],
  aggregates: readonly AggregateCall[],
): AggregateExec {
  const states = aggregates.flatMap((a) =>
    mode === 'partial' ? TEST_FUNCTIONS.aggregateOverload(a.overload)!.state(a.args.map((arg) => arg.type)) : [a.type],
  );
  return {
    kind: 'AggregateExec',
    id: 1,
    mode,
    input: sourceNode(inputColumns),
    groupBy: keys.map(columnRef),
    aggregates,
    columns: [...keys, ...states.map((type, i) => column(100 + i, type))],
  };
}

interface RunOptions {
  readonly seed: number;
  readonly batchRows: number;
  readonly world?: TestWorld;
  /** Bytes above which groups are spilled. Default: they cannot be. */
  readonly operatorBytes?: number;
  /** Reads and writes are over after so many ticks, at most. Default: 0. */
  readonly maxDelay?: number;
}

export function aggregate(
  node: AggregateExec,
  rows: readonly (readonly LiteralValue[])[],
  options: RunOptions,
): LiteralValue[][] {
  const { operatorBytes, maxDelay = 0 } = options;
  const world = options.world ?? testWorld({ canSpill: operatorBytes !== undefined, maxDelay, seed: options.seed });
  const types = node.input.columns.map((c) => c.type);
  const source = new BatchSource(world, types, rows, options);
  const context = testContext(world, { batchRows: options.batchRows, operatorBytes });
  const operator = new AggregateOperator(node, context, source);
  try {
    const given = drain(operator, world);
    // Files are removed as soon as they were read.
    expect(world.io.files.size).toBe(0);
    return given;
  } finally {
    operator.close();
    while (!context.reads.drain()) world.io.tick();
    context.close();
    expect(source.isClosed).toBe(true);
    if (!options.world) {
      expect(world.memory.numBlocks).toBe(0);
      expect(world.account.usedBytes).toBe(0);
    }
  }
}

/** Partial over each half of the rows, then final over what the partials gave. */
export function aggregateInTwoSteps(
  inputColumns: readonly Column[],
  keys: readonly Column[],
  aggregates: readonly AggregateCall[],
  rows: readonly (readonly LiteralValue[])[],
  options: RunOptions,
): LiteralValue[][] {
  const partial = aggregateNode('partial', inputColumns, keys, aggregates);
  const half = Math.floor(rows.length / 2);
  const states = [rows.slice(0, half), rows.slice(half)].flatMap((part) => aggregate(partial, part, options));
  const final: AggregateExec = {
    ...aggregateNode('final', inputColumns, keys, aggregates),
    input: sourceNode(partial.columns),
  };
  return aggregate(final, states, options);
}
