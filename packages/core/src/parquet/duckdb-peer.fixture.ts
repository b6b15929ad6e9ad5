/// <reference types="node" />
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as duckdb from '@duckdb/node-api';
import type { LiteralValue } from '../types/index.ts';

/** DuckDB as the peer that writes Parquet files and says what is in them. */
export class DuckdbPeer {
  readonly #connection: duckdb.DuckDBConnection;
  readonly #directory: string;
  #numFiles = 0;

  private constructor(connection: duckdb.DuckDBConnection) {
    this.#connection = connection;
    this.#directory = mkdtempSync(join(tmpdir(), 'millrace-parquet-'));
  }

  static async open(): Promise<DuckdbPeer> {
    const instance = await duckdb.DuckDBInstance.create(':memory:', { threads: '2' });
    const peer = new DuckdbPeer(await instance.connect());
    await peer.#connection.run("SET TimeZone = 'UTC'");
    return peer;
  }

  close(): void {
    this.#connection.closeSync();
    rmSync(this.#directory, { recursive: true });
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  /** The file that `COPY (query) TO ... (FORMAT parquet, options)` writes. */
  async write(query: string, options = ''): Promise<Uint8Array> {
    const path = this.#newPath();
    await this.#connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet${options && `, ${options}`})`);
    return new Uint8Array(readFileSync(path));
  }

  /** All values of a file, column by column, in the form of literals. */
  async read(file: Uint8Array, options = ''): Promise<LiteralValue[][]> {
    const path = this.#newPath();
    writeFileSync(path, file);
    return this.columns(`SELECT * FROM read_parquet('${path}'${options && `, ${options}`})`);
  }

  async columns(query: string): Promise<LiteralValue[][]> {
    const result = await this.#connection.runAndReadAll(query);
    return result.getColumns().map((column, i) => {
      const isUint32 = result.columnType(i).typeId === duckdb.DuckDBTypeId.UINTEGER;
      return column.map((value) => (isUint32 && value !== null ? BigInt(value as number) : toLiteral(value)));
    });
  }

  #newPath(): string {
    return join(this.#directory, `${this.#numFiles++}.parquet`);
  }
}

function floorThousandth(nanos: bigint): bigint {
  return nanos / 1000n - (nanos % 1000n < 0n ? 1n : 0n);
}

function toLiteral(value: duckdb.DuckDBValue): LiteralValue {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof duckdb.DuckDBDecimalValue) return value.value;
  if (value instanceof duckdb.DuckDBDateValue) return value.days;
  if (value instanceof duckdb.DuckDBTimeValue) return value.micros;
  if (value instanceof duckdb.DuckDBTimeTZValue) return value.micros;
  if (value instanceof duckdb.DuckDBTimestampValue) return value.micros;
  if (value instanceof duckdb.DuckDBTimestampTZValue) return value.micros;
  if (value instanceof duckdb.DuckDBTimestampMillisecondsValue) return value.millis * 1000n;
  if (value instanceof duckdb.DuckDBTimestampSecondsValue) return value.seconds * 1_000_000n;
  if (value instanceof duckdb.DuckDBTimestampNanosecondsValue) return floorThousandth(value.nanos);
  if (value instanceof duckdb.DuckDBBlobValue) return new Uint8Array(value.bytes);
  if (value instanceof duckdb.DuckDBUUIDValue) return value.toString();
  if (value instanceof duckdb.DuckDBIntervalValue) {
    return { months: value.months, days: value.days, micros: value.micros };
  }
  if (value instanceof duckdb.DuckDBListValue) return value.items.map(toLiteral);
  if (value instanceof duckdb.DuckDBArrayValue) return value.items.map(toLiteral);
  if (value instanceof duckdb.DuckDBStructValue) return Object.values(value.entries).map(toLiteral);
  if (value instanceof duckdb.DuckDBMapValue) {
    return value.entries.map(({ key, value: mapped }) => [toLiteral(key), toLiteral(mapped)]);
  }
  throw new Error(`no literal form of ${value.constructor.name}`);
}
