import type { ColumnStatistics, Table } from '../catalog/table.ts';
import type { AggregateCall, Column, Expression, SortKey } from '../expression/index.ts';
import { BOOLEAN, type DataType, INT32, INT64, type LiteralValue, VARCHAR } from '../types/index.ts';
import type { DependentJoinType, JoinType, LogicalPlan, ScanNode } from './index.ts';

/** Builds small plans for tests. Columns are found by name: a name is used once in a test's plans. */
export class PlanBuilder {
  readonly #columns = new Map<string, Column>();
  #next = 0;

  readonly newColumnId = (): number => 1000 + this.#next++;

  column(name: string, type: DataType = INT32): Column {
    let column = this.#columns.get(name);
    if (!column) {
      column = { id: this.#columns.size, name, type, nullable: true };
      this.#columns.set(name, column);
    }
    return column;
  }

  ref(name: string): Expression {
    const { id, type } = this.column(name);
    return { kind: 'column', id, name, type };
  }

  literal(value: LiteralValue): Expression {
    const type = typeof value === 'boolean' ? BOOLEAN : typeof value === 'string' ? VARCHAR : INT32;
    return { kind: 'literal', type, value };
  }

  call(name: string, ...args: readonly (string | number | boolean | Expression)[]): Expression {
    const bound = args.map((arg) =>
      typeof arg === 'string' ? this.ref(arg) : typeof arg === 'object' ? arg : this.literal(arg),
    );
    const type = ['=', '<>', '<', '<=', '>', '>='].includes(name) ? BOOLEAN : bound[0]!.type;
    return {
      kind: 'call',
      name,
      overload: `${name}(${bound.map(({ type }) => type.id).join(',')})`,
      args: bound,
      type,
    };
  }

  and(...args: readonly Expression[]): Expression {
    return { kind: 'and', type: BOOLEAN, args };
  }

  or(...args: readonly Expression[]): Expression {
    return { kind: 'or', type: BOOLEAN, args };
  }

  scan(
    name: string,
    columns: readonly string[],
    numRows = 1000,
    statistics: Readonly<Record<string, ColumnStatistics>> = {},
  ): ScanNode {
    const bound = columns.map((column) => this.column(column));
    const table: Table = {
      name,
      columns: bound,
      numRows,
      statistics: (column) => statistics[column] ?? {},
      planScan: () => Promise.reject(new Error('a plan fixture has no data')),
    };
    return { kind: 'Scan', table, columns: bound, source: columns, filters: [], limit: undefined };
  }

  filter(input: LogicalPlan, predicate: Expression): LogicalPlan {
    return { kind: 'Filter', columns: input.columns, input, predicate };
  }

  project(input: LogicalPlan, assignments: Readonly<Record<string, Expression>>): LogicalPlan {
    const names = Object.keys(assignments);
    return {
      kind: 'Project',
      columns: names.map((name) => this.column(name, assignments[name]!.type)),
      input,
      expressions: Object.values(assignments),
    };
  }

  join(type: JoinType, left: LogicalPlan, right: LogicalPlan, residual?: Expression): LogicalPlan {
    const leftOnly = type === 'semi' || type === 'anti';
    const columns = leftOnly ? left.columns : [...left.columns, ...right.columns];
    return { kind: 'Join', type, columns, left, right, on: [], residual };
  }

  /** `mark` names the boolean of the types that give one. */
  dependentJoin(
    type: DependentJoinType,
    input: LogicalPlan,
    subquery: LogicalPlan,
    { mark, condition }: { readonly mark?: string; readonly condition?: Expression } = {},
  ): LogicalPlan {
    const added = mark === undefined ? subquery.columns : [this.column(mark, BOOLEAN)];
    return { kind: 'DependentJoin', type, columns: [...input.columns, ...added], input, subquery, condition };
  }

  aggregate(input: LogicalPlan, keys: readonly string[], calls: Readonly<Record<string, AggregateCall>>): LogicalPlan {
    return {
      kind: 'Aggregate',
      columns: [...keys, ...Object.keys(calls)].map((name) => this.column(name, INT64)),
      input,
      groupBy: keys.map((name) => this.ref(name)),
      aggregates: Object.values(calls),
    };
  }

  count(arg: string, distinct = false): AggregateCall {
    const bound = this.ref(arg);
    return { name: 'count', overload: 'count(any)', args: [bound], distinct, filter: undefined, type: INT64 };
  }

  /** Each call sees the rows up to the peers of the current one, in the order of all keys. */
  window(
    input: LogicalPlan,
    partitionBy: readonly string[],
    orderBy: readonly string[],
    calls: Readonly<Record<string, AggregateCall>>,
  ): LogicalPlan {
    const added = Object.keys(calls).map((name) => this.column(name, INT64));
    return {
      kind: 'Window',
      columns: [...input.columns, ...added],
      input,
      partitionBy: partitionBy.map((name) => this.ref(name)),
      orderBy: orderBy.map((name) => this.key(name)),
      calls: Object.values(calls).map((call) => ({
        call,
        numOrderKeys: orderBy.length,
        frame: { unit: 'range', start: { kind: 'partition' }, end: { kind: 'current-row' }, exclude: 'nothing' },
      })),
    };
  }

  /** `row_number()`, `rank()`. */
  ranking(name: string): AggregateCall {
    return { name, overload: `${name}()`, args: [], distinct: false, filter: undefined, type: INT64 };
  }

  sort(input: LogicalPlan, ...keys: readonly string[]): LogicalPlan {
    return { kind: 'Sort', columns: input.columns, input, keys: keys.map((key) => this.key(key)) };
  }

  limit(input: LogicalPlan, limit: number | undefined, offset = 0): LogicalPlan {
    return { kind: 'Limit', columns: input.columns, input, limit, offset };
  }

  key(name: string): SortKey {
    return { expression: this.ref(name), descending: false, nullsFirst: false };
  }
}
