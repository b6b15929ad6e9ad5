import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExchangeBlock, ExchangeSourceExec, PhysicalPlan, TaskSpec } from '../physical/index.ts';
import {
  BOOLEAN,
  type DataType,
  decimal,
  FLOAT64,
  INT32,
  INT64,
  INTERVAL,
  type LiteralValue,
  list,
  VARCHAR,
} from '../types/index.ts';
import { Arena, vectorOfLiterals } from '../vector/index.ts';
import { createTaskRunner } from './create-task-runner.ts';
import { ExchangeBlockReader, encodeExchangeBlock } from './exchange-block.ts';
import { ExchangeOutput } from './exchange-output.ts';
import { ExchangeSourceOperator } from './exchange-source-operator.ts';
import {
  BatchSource,
  batchRows,
  column,
  drain,
  literal,
  rowKeys,
  TEST_SETTINGS,
  taskSpec,
  testContext,
  testWorld,
} from './operator.fixture.ts';
import { BLOCKED } from './operator.ts';
import { resultRows, runTask, type TaskBlock } from './task-run.fixture.ts';

const TYPES: readonly DataType[] = [INT32, INT64, VARCHAR, BOOLEAN, FLOAT64, decimal(38, 2), INTERVAL, list(VARCHAR)];
const VALUES: readonly fc.Arbitrary<LiteralValue>[] = [
  fc.integer({ min: -5, max: 5 }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.boolean(),
  fc.constantFrom(0, -0, 1.5, Number.NaN),
  fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }),
  fc.record({ months: fc.integer(), days: fc.integer(), micros: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }) }),
  fc.array(fc.option(fc.string({ maxLength: 5 })), { maxLength: 3 }),
];
const rowsArbitrary = fc.array(fc.tuple(...VALUES.map((value) => fc.option(value, { freq: 5 }))), { maxLength: 60 });

type Row = readonly LiteralValue[];

interface Partitioned {
  readonly partition: number;
  readonly rows: LiteralValue[][];
}

/** What comes out of an exchange output, decoded. */
function exchange(
  rows: readonly Row[],
  keys: readonly number[] | undefined,
  options: {
    readonly seed: number;
    readonly blockBytes: number;
    readonly numPartitions?: number;
    readonly isHostile?: boolean;
  },
): Partitioned[] {
  const world = testWorld();
  const source = new BatchSource(world, TYPES, rows, options);
  const partitioning = keys && { keys, numPartitions: options.numPartitions ?? 4 };
  const output = new ExchangeOutput(TYPES, partitioning, options.blockBytes, world.memory, world.account);
  const arena = new Arena(world.memory, world.account);
  const given: Partitioned[] = [];
  const take = () => {
    for (let block = output.take(); block; block = output.take()) {
      const reader = new ExchangeBlockReader(TYPES, block.address, block.bytes, world.memory);
      const decoded: LiteralValue[][] = [];
      for (let batch = reader.read(3, arena); batch; batch = reader.read(3, arena)) {
        decoded.push(...batchRows(batch, world.memory));
      }
      expect(decoded.length).toBe(block.numRows);
      given.push({ partition: block.partition, rows: decoded });
    }
  };
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    if (batch === BLOCKED) continue;
    output.push(batch);
    take();
  }
  output.finish();
  take();
  output.close();
  source.close();
  arena.close();
  expect(world.memory.numBlocks).toBe(0);
  expect(world.account.usedBytes).toBe(0);
  return given;
}

const optionsArbitrary = fc.record({
  seed: fc.nat({ max: 1e6 }),
  blockBytes: fc.constantFrom(1, 300, 1 << 20),
  numPartitions: fc.constantFrom(1, 2, 7),
});

describe('blocks of an exchange', () => {
  test('give back every row in order', () => {
    fc.assert(
      fc.property(rowsArbitrary, optionsArbitrary, (rows, options) => {
        const given = exchange(rows, undefined, options);
        expect(rowKeys(given.flatMap((block) => block.rows))).toEqual(rowKeys(rows));
        expect(given.every((block) => block.partition === 0)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('are partitioned by value alone: the same whatever the encoding, batch and block size', () => {
    const keysArbitrary = fc.subarray(
      TYPES.map((_, i) => i),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(rowsArbitrary, keysArbitrary, optionsArbitrary, fc.nat(), (rows, keys, options, otherSeed) => {
        const given = exchange(rows, keys, options);
        const again = exchange(rows, keys, { ...options, seed: otherSeed, blockBytes: 1 << 20 });
        const byPartition = (blocks: readonly Partitioned[]) =>
          Array.from({ length: options.numPartitions }, (_, partition) =>
            rowKeys(blocks.filter((block) => block.partition === partition).flatMap((block) => block.rows)),
          );
        expect(byPartition(given)).toEqual(byPartition(again));
        expect(given.flatMap((block) => rowKeys(block.rows)).toSorted()).toEqual(rowKeys(rows).toSorted());
        // Equal keys meet.
        const partitionOf = new Map<string, number>();
        for (const { partition, rows: some } of given) {
          for (const row of some) {
            const key = rowKeys([keys.map((place) => row[place]!)])[0]!;
            expect(partitionOf.get(key) ?? partition).toBe(partition);
            partitionOf.set(key, partition);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('spread keys evenly', () => {
    const rows = Array.from({ length: 4000 }, (_, i): Row => [i, BigInt(i), `k${i}`, true, 0, 0n, null, null]);
    for (const key of [0, 1, 2]) {
      const given = exchange(rows, [key], { seed: 1, blockBytes: 1 << 24, numPartitions: 4, isHostile: false });
      for (const { rows: some } of given) expect(Math.abs(some.length - 1000)).toBeLessThan(150);
    }
  });
});

describe('a hash is the same for ever', () => {
  // Fixed points of the definition in kernels/operator/hash.ts; a change of the hash must change the version of blocks and specs.
  test('of integers and strings', () => {
    const rows = ['', 'a', 'millrace', 'a longer string than eight'].map(
      (text, i): Row => [i, BigInt(i), text, null, null, null, null, null],
    );
    const partitions = (key: number) =>
      exchange(rows, [key], { seed: 1, blockBytes: 1 << 20, numPartitions: 1000 })
        .flatMap((block) => block.rows.map((row) => [row[0] as number, block.partition] as const))
        .toSorted(([a], [b]) => a - b)
        .map(([, partition]) => partition);
    expect(partitions(0)).toEqual(partitions(1));
    expect(partitions(0)).toEqual(REFERENCE.integers);
    expect(partitions(2)).toEqual(REFERENCE.strings);
  });
});

/** `kernels/operator/hash.ts` in BigInt arithmetic. */
const REFERENCE = (() => {
  const u64 = (value: bigint) => BigInt.asUintN(64, value);
  const finish = (value: bigint) => {
    let h = value;
    h ^= h >> 33n;
    h = u64(h * 0xff51afd7ed558ccdn);
    h ^= h >> 33n;
    h = u64(h * 0xc4ceb9fe1a85ec53n);
    return h ^ (h >> 33n);
  };
  const rotl = (value: bigint, n: bigint) => u64((value << n) | (value >> (64n - n)));
  const hashText = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    let h = u64(BigInt(bytes.length) * 0x165667b19e3779f9n);
    for (let i = 0; i < bytes.length; i += 8) {
      let word = 0n;
      for (let k = 0; k < 8 && i + k < bytes.length; k++) word |= BigInt(bytes[i + k]!) << BigInt(8 * k);
      h = u64(rotl(h ^ u64(word * 0xc2b2ae3d27d4eb4fn), 31n) * 0x9e3779b185ebca87n);
    }
    return finish(h);
  };
  const partition = (hash: bigint) => Number(((hash >> 32n) * 1000n) >> 32n);
  return {
    integers: [0n, 1n, 2n, 3n].map((value) => partition(finish(value))),
    strings: ['', 'a', 'millrace', 'a longer string than eight'].map((text) => partition(hashText(text))),
  };
})();

function inMemory(blocks: readonly TaskBlock[]): ExchangeBlock[] {
  return blocks.map(({ numRows, buffer }, sequence) => ({
    task: 0,
    sequence,
    numRows,
    bytes: buffer.byteLength,
    location: { kind: 'memory', buffer, offset: 0 },
  }));
}

describe('from task to task', () => {
  const columns = [column(1, INT32, 'i'), column(2, VARCHAR, 's')];
  const values: PhysicalPlan = {
    kind: 'ValuesExec',
    id: 1,
    columns,
    rows: Array.from({ length: 50 }, (_, i) => [literal(INT32, i), literal(VARCHAR, i % 5 ? `s${i}` : null)]),
  };
  const producer = (output: TaskSpec['output']): TaskSpec => ({
    ...taskSpec(values, { output }),
    settings: { ...TEST_SETTINGS, batchRows: 4, blockBytes: 100 },
  });
  const source: ExchangeSourceExec = { kind: 'ExchangeSourceExec', id: 2, columns, exchange: 0 };
  const consumer = (blocks: readonly ExchangeBlock[]): TaskSpec =>
    taskSpec(source, { stage: 1, inputs: [{ exchange: 0, blocks }], settings: { ...TEST_SETTINGS, batchRows: 3 } });

  test('rows arrive in order, however late the blocks', () => {
    const blocks = inMemory(runTask(producer({ kind: 'single' }), testWorld()).blocks);
    expect(blocks.length).toBeGreaterThan(3);
    for (const readAheadBytes of [0, 1 << 20]) {
      const world = testWorld({ maxDelay: 5, seed: 3 });
      const spec = consumer(blocks);
      const run = runTask({ ...spec, settings: { ...spec.settings, readAheadBytes } }, world);
      expect(resultRows(run, columns)).toEqual(
        Array.from({ length: 50 }, (_, i) => ({ i, s: i % 5 ? `s${i}` : null })),
      );
      expect(world.io.peakPending).toBe(readAheadBytes === 0 ? 1 : blocks.length);
    }
  });

  test('partitions hold every row once', () => {
    const { blocks } = runTask(producer({ kind: 'hash', columns: [1], numPartitions: 3 }), testWorld());
    const rows = [0, 1, 2].flatMap((partition) => {
      const own = inMemory(blocks.filter((block) => block.partition === partition));
      return resultRows(runTask(consumer(own), testWorld()), columns);
    });
    expect(rows.map((row) => row.i).toSorted((a, b) => Number(a) - Number(b))).toEqual([...Array(50).keys()]);
  });

  test('bytes that are no block are refused', () => {
    const [block] = inMemory(runTask(producer({ kind: 'single' }), testWorld()).blocks);
    const whole = (block!.location as { readonly buffer: ArrayBuffer }).buffer;
    const altered = (change: (words: Uint32Array) => void): ExchangeBlock => {
      const buffer = whole.slice(0);
      change(new Uint32Array(buffer, 0, 4));
      return { ...block!, location: { kind: 'memory', buffer, offset: 0 } };
    };
    const bad = [
      altered((words) => words.fill(0)),
      altered((words) => words.set([words[1]! + 1], 1)),
      altered((words) => words.set([words[3]! + 1], 3)),
      { ...block!, bytes: 8 },
    ];
    for (const one of bad) {
      const world = testWorld();
      expect(() => runTask(consumer([one]), world)).toThrow(expect.objectContaining({ code: 'BAD_ENCODING' }));
      expect(world.memory.numBlocks).toBe(0);
    }
  });

  test('a task can be closed while blocks are under way, and a failed read is its error', () => {
    const blocks = inMemory(runTask(producer({ kind: 'single' }), testWorld()).blocks);
    const world = testWorld({ maxDelay: 4, seed: 9 });
    world.io.failAt = 2;
    expect(() => runTask(consumer(blocks), world)).toThrow(expect.objectContaining({ code: 'CONNECTION_LOST' }));
    const other = testWorld({ maxDelay: 8, seed: 2 });
    const runner = createTaskRunner(consumer(blocks), other.environment);
    runner.step();
    while (!runner.close()) other.io.tick();
    expect(other.memory.numBlocks).toBe(0);
  });
});

test('an exchange source alone gives BLOCKED until its block is there', () => {
  const world = testWorld({ maxDelay: 3, seed: 4 });
  const arena = new Arena(world.memory, world.account);
  const vector = vectorOfLiterals(INT32, [1, 2, 3], arena);
  const { address, bytes } = encodeExchangeBlock([vector], 3, world.memory, world.account);
  const buffer = world.memory.u8.slice(address, address + bytes).buffer;
  const columns = [column(1, INT32)];
  const context = testContext(world);
  const node: ExchangeSourceExec = { kind: 'ExchangeSourceExec', id: 2, columns, exchange: 5 };
  const block: ExchangeBlock = {
    task: 0,
    sequence: 0,
    numRows: 3,
    bytes,
    location: { kind: 'memory', buffer, offset: 0 },
  };
  const spec = { ...context.spec, inputs: [{ exchange: 5, blocks: [block] }] };
  const operator = new ExchangeSourceOperator(node, { ...context, spec });
  expect(drain(operator, world)).toEqual([[1], [2], [3]]);
  operator.close();
  context.close();
  arena.close();
  world.memory.free(address);
  expect(world.memory.numBlocks).toBe(0);
});
