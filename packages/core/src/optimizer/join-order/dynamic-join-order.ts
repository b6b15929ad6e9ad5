import type { Expression } from '../../expression/index.ts';
import { collectColumns } from '../../expression/traverse.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import { estimate } from '../statistics/estimate.ts';
import { equalitySides, type JoinGraph, joinOf } from './join-graph.ts';

/** Relations up to which all orders are looked at: a star of so many has 2^9 parts that are connected. */
export const MAX_RELATIONS = 10;

/** What a row costs that is put into a table, in rows that are looked up; rows that come out cost as much as rows that go in. */
const BUILD_COST = 3;

/** The best plan for some of the relations. */
interface Best {
  readonly plan: LogicalPlan;
  /** The same for every order. */
  readonly rows: number;
  readonly cost: number;
}

/** A condition and the relations that it speaks of, as bits; of an equality those of each side. */
interface Edge {
  readonly condition: Expression;
  readonly relations: number;
  readonly sides: readonly [number, number] | undefined;
}

/**
 * The cheapest tree of joins, of any shape, without cross products but with single rows (dynamic programming over sets of relations: Moerkotte
 * and Neumann, "Analysis of Two Existing and One New Dynamic Programming Algorithm", VLDB 2006). The cost of a join is its rows in and
 * out, those of the smaller input, which is built, more than once.
 *
 * Undefined when there are too many relations, when conditions do not connect them, or when one speaks of less than two of them.
 */
export function dynamicJoinOrder({ relations, conditions }: JoinGraph): LogicalPlan | undefined {
  if (relations.length > MAX_RELATIONS) return undefined;
  const edges = edgesOf(relations, conditions);
  if (edges.some((edge) => isSingle(edge.relations))) return undefined;
  const all = (1 << relations.length) - 1;
  const best: (Best | undefined)[] = [];
  relations.forEach((plan, i) => {
    best[1 << i] = { plan, rows: estimate(plan).rows, cost: 0 };
  });
  // Every part of a set is a smaller number than the set.
  for (let set = 1; set <= all; set++) if (!isSingle(set)) best[set] = bestOf(set, best, edges);
  return best[all]?.plan;
}

function bestOf(set: number, best: readonly (Best | undefined)[], edges: readonly Edge[]): Best | undefined {
  const lowest = set & -set;
  let rows: number | undefined;
  let cheapest: { readonly one: number; readonly other: number; readonly cost: number } | undefined;
  for (let one = (set - 1) & set; one > 0; one = (one - 1) & set) {
    const other = set ^ one;
    const [a, b] = [best[one], best[other]];
    if ((one & lowest) === 0 || !a || !b || !areConnected(one, other, a, b, edges)) continue;
    rows ??= estimate(join(one, other, a, b, edges)).rows;
    const cost = a.cost + b.cost + Math.max(a.rows, b.rows) + Math.min(a.rows, b.rows) * BUILD_COST + rows;
    if (!cheapest || cost < cheapest.cost) cheapest = { one, other, cost };
  }
  if (!cheapest || rows === undefined) return undefined;
  const { one, other, cost } = cheapest;
  return { plan: join(one, other, best[one]!, best[other]!, edges), rows, cost };
}

/** Whether an equality has a side in each, or one of them is a single row, which multiplies nothing. */
function areConnected(one: number, other: number, a: Best, b: Best, edges: readonly Edge[]): boolean {
  if (a.rows <= 1 || b.rows <= 1) return true;
  return edges.some(({ sides }) => {
    if (!sides) return false;
    const [x, y] = sides;
    return (isWithin(x, one) && isWithin(y, other)) || (isWithin(x, other) && isWithin(y, one));
  });
}

/** The join under the conditions that neither side could test. */
function join(one: number, other: number, a: Best, b: Best, edges: readonly Edge[]): LogicalPlan {
  const isNew = ({ relations }: Edge) =>
    isWithin(relations, one | other) && !isWithin(relations, one) && !isWithin(relations, other);
  return joinOf(
    a.plan,
    b.plan,
    edges.filter(isNew).map(({ condition }) => condition),
  );
}

function edgesOf(relations: readonly LogicalPlan[], conditions: readonly Expression[]): Edge[] {
  const relationOf = new Map(relations.flatMap(({ columns }, i) => columns.map(({ id }) => [id, i] as const)));
  const bits = (expression: Expression) => {
    let set = 0;
    for (const id of collectColumns(expression)) set |= 1 << relationOf.get(id)!;
    return set;
  };
  return conditions.map((condition) => {
    const equal = equalitySides(condition);
    const sides = equal && ([bits(equal[0]), bits(equal[1])] as const);
    return { condition, relations: bits(condition), sides };
  });
}

function isSingle(set: number): boolean {
  return (set & (set - 1)) === 0;
}

function isWithin(part: number, set: number): boolean {
  return part !== 0 && (part & ~set) === 0;
}
