import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { expect, test } from 'vitest';
import { lazyParquetWasm } from './load-parquet-wasm.ts';

interface Writer {
  readonly Table: { fromIPCStream(bytes: Uint8Array): unknown };
  writeParquet(table: unknown): Uint8Array;
}

test('every instance has a memory of its own, and reads', async () => {
  const loader = lazyParquetWasm;
  const first = loader.instantiate();
  const second = loader.instantiate();
  expect(first.wasmMemory()).not.toBe(second.wasmMemory());

  const { Table, writeParquet } = first as unknown as Writer;
  const table = tableFromArrays({ x: Int32Array.of(1, 2, 3) });
  const file = writeParquet(Table.fromIPCStream(tableToIPC(table, 'stream')));
  const stream = second.readParquet(file).intoFFI();
  expect(stream.numArrays()).toBe(1);
  stream.free();
});
