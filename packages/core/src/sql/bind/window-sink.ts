import type { SourceSpan } from '../../error/index.ts';
import type { Column, Expression, SortKey, WindowCall, WindowFrame } from '../../expression/index.ts';
import { expressionKey } from '../../expression/traverse.ts';
import { type LogicalPlan, mapWindowCall, type WindowNode, windowExpressions } from '../../logical/index.ts';
import type { AstNamedWindow } from '../ast/index.ts';
import { type Binder, columnReference } from './binder.ts';
import { namedWindows, type WindowDefinition } from './window-definition.ts';

/** The rows that a window function sees, and their order. */
export interface BoundWindow {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly frame: WindowFrame;
}

/** Calls over rows with the same partitions, in orders of which each begins with the one after it. */
interface WindowGroup {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly calls: readonly WindowCall[];
  readonly columns: readonly Column[];
}

/** The window functions of one query level: each different one once, as a column of the rows that the select list works on. */
export class WindowSink {
  readonly named: ReadonlyMap<string, WindowDefinition>;
  readonly #binder: Binder;
  readonly #byKey = new Map<string, Column>();
  #groups: WindowGroup[] = [];

  /** Throws what an ill-formed WINDOW clause deserves. */
  constructor(binder: Binder, windows: readonly AstNamedWindow[]) {
    this.#binder = binder;
    this.named = namedWindows(windows);
  }

  get columns(): readonly Column[] {
    return this.#groups.flatMap(({ columns }) => columns);
  }

  /** The column that the call becomes. */
  add(call: WindowCall['call'], window: BoundWindow, nullable: boolean, span: SourceSpan): Expression {
    const { partitionBy, orderBy, frame } = window;
    const own: WindowCall = { call, numOrderKeys: orderBy.length, frame };
    const key = [
      call.overload,
      ...windowExpressions(own).map(expressionKey),
      JSON.stringify(frame, withoutExpressions),
    ];
    const id = JSON.stringify([key, partitionBy.map(expressionKey), orderBy.map(sortKeyId)]);
    let column = this.#byKey.get(id);
    if (!column) {
      column = this.#binder.column(call.name, call.type, nullable);
      this.#byKey.set(id, column);
      this.#groups.push({ partitionBy, orderBy, calls: [own], columns: [column] });
    }
    return columnReference(column, span);
  }

  /** All expressions of the calls. */
  get expressions(): readonly Expression[] {
    return this.#groups.flatMap(({ partitionBy, orderBy, calls }) => [
      ...partitionBy,
      ...orderBy.map(({ expression }) => expression),
      ...calls.flatMap(windowExpressions),
    ]);
  }

  /** The calls over an aggregation, by `rewrite`. */
  rewrite(rewrite: (expression: Expression) => Expression): void {
    this.#groups = this.#groups.map((group) => ({
      ...group,
      partitionBy: group.partitionBy.map(rewrite),
      orderBy: group.orderBy.map((key) => ({ ...key, expression: rewrite(key.expression) })),
      calls: group.calls.map((call) => mapWindowCall(call, rewrite)),
    }));
  }

  /** The plan with a column for each call. */
  place(input: LogicalPlan): LogicalPlan {
    return mergeGroups(this.#groups).reduce<LogicalPlan>(
      (plan, { partitionBy, orderBy, calls, columns }): WindowNode => ({
        kind: 'Window',
        columns: [...plan.columns, ...columns],
        input: plan,
        partitionBy,
        orderBy,
        calls,
      }),
      input,
    );
  }
}

function withoutExpressions(name: string, value: unknown): unknown {
  return name === 'offset' || name === 'key' || name === 'limit' ? undefined : value;
}

function sortKeyId({ expression, descending, nullsFirst }: SortKey): string {
  return JSON.stringify([expressionKey(expression), descending, nullsFirst]);
}

/** One sort serves all calls whose order is the beginning of another's; groups with the same partitions follow one another. */
function mergeGroups(groups: readonly WindowGroup[]): readonly WindowGroup[] {
  const merged = new Map<string, WindowGroup[]>();
  for (const group of groups.toSorted((a, b) => b.orderBy.length - a.orderBy.length)) {
    const partition = [...new Set(group.partitionBy.map(expressionKey))].sort().join();
    const same = merged.get(partition) ?? [];
    merged.set(partition, same);
    const ids = group.orderBy.map(sortKeyId);
    const at = same.findIndex(({ orderBy }) => ids.every((id, i) => id === sortKeyId(orderBy[i]!)));
    const into = same[at];
    if (!into) same.push(group);
    else {
      same[at] = {
        ...into,
        calls: [...into.calls, ...group.calls],
        columns: [...into.columns, ...group.columns],
      };
    }
  }
  return [...merged.values()].flat();
}
