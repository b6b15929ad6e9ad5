import type { Table } from '../catalog/table.ts';
import { isQueryError, type QueryError } from '../error/index.ts';
import { defaultFunctions, type Functions } from '../expression/registry.ts';
import type { LogicalPlan } from '../logical/index.ts';
import { checkLogicalPlan } from '../logical/plan-checker.ts';
import { formatLogicalPlan } from '../logical/plan-display.ts';
import * as types from '../types/index.ts';
import { type DataType, decimal, formatType, list } from '../types/index.ts';
import {
  type BindEnvironment,
  type BoundStatement,
  bindStatement,
  collectTables,
  loadParser,
  type ParameterValue,
  parseStatement,
  type ViewDefinition,
} from './index.ts';

const TABLES: Readonly<Record<string, Readonly<Record<string, DataType>>>> = {
  t: {
    a: types.INT32,
    b: types.INT64,
    c: types.VARCHAR,
    d: types.DATE,
    x: decimal(15, 2),
    f: types.FLOAT64,
    p: types.BOOLEAN,
  },
  u: { a: types.INT32, k: types.VARCHAR, ts: types.TIMESTAMP },
  v: { a: types.INT64, w: types.INT32 },
  hits: { CounterID: types.INT32, URL: types.VARCHAR, url: types.VARCHAR, EventTime: types.TIMESTAMPTZ },
  kinds: {
    i8: types.INT8,
    i2: types.INT16,
    i4: types.INT32,
    i8b: types.INT64,
    u1: types.UINT8,
    u4: types.UINT32,
    u8: types.UINT64,
    n: decimal(10, 2),
    r: types.FLOAT32,
    f8: types.FLOAT64,
    s: types.VARCHAR,
    bin: types.BYTEA,
    day: types.DATE,
    t: types.TIME,
    ts: types.TIMESTAMP,
    tz: types.TIMESTAMPTZ,
    iv: types.INTERVAL,
    yes: types.BOOLEAN,
    ids: list(types.INT32),
    st: types.struct([{ name: 'x', type: types.INT32 }]),
  },
};

function table(name: string, columns: Readonly<Record<string, DataType>>): Table {
  return {
    name,
    columns: Object.entries(columns).map(([column, type]) => ({ name: column, type, nullable: column !== 'a' })),
    numRows: undefined,
    statistics: () => ({}),
    planScan: () => Promise.reject(new Error('A bound plan is not run here.')),
  };
}

export interface BindOptions {
  readonly parameters?: readonly ParameterValue[];
  readonly views?: Readonly<Record<string, ViewDefinition>>;
  readonly functions?: Functions;
  readonly timeZone?: string;
}

/** Binds against a few small tables, and holds the plan against the plan checker. `loadParser()` must have settled. */
export function bind(sql: string, options: BindOptions = {}): BoundStatement {
  const { parameters = [], views = {}, functions = defaultFunctions(), timeZone = 'UTC' } = options;
  const statement = parseStatement(sql);
  const view = (path: readonly string[]) => views[path.join('.')];
  collectTables(statement, { parameters, views: view });
  let nextId = 0;
  const environment: BindEnvironment = {
    table: (reference) => {
      if (reference.kind === 'read_parquet') return table(reference.locations.join(', '), TABLES.u!);
      const columns = TABLES[reference.path.at(-1)!];
      return columns && table(reference.path.join('.'), columns);
    },
    view,
    tableNames: () => [...Object.keys(TABLES), ...Object.keys(views)],
    functions,
    parameters,
    newColumnId: () => nextId++,
    // 2026-03-04 05:06:07.891234 UTC
    startedMicros: 1_772_600_767_891_234n,
    timeZone,
  };
  const bound = bindStatement(statement, environment);
  if ('plan' in bound) checkLogicalPlan(bound.plan, 'the binder');
  return bound;
}

export function bindPlan(sql: string, options?: BindOptions): LogicalPlan {
  const bound = bind(sql, options);
  if (!('plan' in bound)) throw new Error(`No query: ${sql}`);
  return bound.plan;
}

/** The result's columns and the plan: `a integer, n bigint?` (a question mark where nulls are possible), then the tree. */
export function describe(sql: string, options?: BindOptions): string {
  const plan = bindPlan(sql, options);
  const columns = plan.columns.map(({ name, type, nullable }) => `${name} ${formatType(type)}${nullable ? '?' : ''}`);
  return `${columns.join(', ')}\n${formatLogicalPlan(plan)}`;
}

/** The expressions of `SELECT ... FROM t` as text. */
export function describeExpression(sql: string, options?: BindOptions): string {
  const text = formatLogicalPlan(bindPlan(sql, options)).split('\n')[0]!;
  return text.replace(/^Project /, '');
}

/** The error of a statement and the piece of the text that it points at. */
export function failure(
  sql: string,
  options?: BindOptions,
): { readonly error: QueryError; readonly at: string | undefined } {
  try {
    bind(sql, options);
  } catch (error) {
    if (!isQueryError(error)) throw error;
    return { error, at: error.span && sql.slice(error.span.start, error.span.end) };
  }
  throw new Error(`Expected an error: ${sql}`);
}

export { loadParser };
