import type { Column, ColumnId, Expression } from '../../expression/index.ts';
import { splitConjuncts } from '../../expression/traverse.ts';
import type { JoinNode } from '../../logical/index.ts';
import { equalityCall } from '../join-condition.ts';
import { joinWhere, sameValue } from './correlated-join.ts';
import { NOTHING_OUTER, reference, settle, type Unnested } from './unnested.ts';
import type { Unnester } from './unnester.ts';

/** The rows of a join, either side of which may use outer rows. */
export function unnestJoin(unnester: Unnester, join: JoinNode): Unnested {
  const left = unnester.filled(unnester.unnest(join.left));
  const right = unnester.filled(unnester.unnest(join.right));
  switch (join.type) {
    case 'inner':
    case 'cross':
      return inner(unnester, join, left, right);
    case 'right':
      return preserving(unnester, join, right, left);
    case 'full':
      return full(unnester, join, left, right);
    default:
      return preserving(unnester, join, left, right);
  }
}

/** All conditions of a join as conjuncts. */
function conjunctsOf({ on, residual }: JoinNode): readonly Expression[] {
  return [...on.map(equalityCall), ...(residual ? splitConjuncts(residual) : [])];
}

/** Both sides speak of the same outer row. */
function sameOuterRow(a: Unnested, b: Unnested): readonly Expression[] {
  return [...a.domain].flatMap(([id, column]) => {
    const other = b.domain.get(id);
    return other ? [sameValue(column, other, column.nullable && other.nullable)] : [];
  });
}

function inner(unnester: Unnester, join: JoinNode, left: Unnested, right: Unnested): Unnested {
  const domain = new Map([...right.domain, ...left.domain]);
  const domainOnly = { ...NOTHING_OUTER, plan: join, domain };
  const computed = new Map(
    [...left.computed, ...right.computed].map(([id, expression]) => [id, settle(domainOnly, expression)] as const),
  );
  const both: Unnested = { ...domainOnly, computed };
  const conditions = [
    ...conjunctsOf(join).map((condition) => settle(both, condition)),
    ...[...left.pending, ...right.pending].map((condition) => settle(domainOnly, condition)),
    ...sameOuterRow(left, right),
  ];
  const isPending = (condition: Expression) => unnester.outerColumnsOf(condition).length > 0;
  const plan = joinWhere(
    'inner',
    left.plan,
    right.plan,
    conditions.filter((condition) => !isPending(condition)),
  );
  return { plan, pending: conditions.filter(isPending), domain, computed, defaults: undefined };
}

/**
 * Left, right, semi, anti and mark joins: all rows of `kept` go on or are tested. Conditions cannot rise from here: a row whose
 * matches they rule out is kept, or missing, all the same. So the kept side gets the domain that they need.
 */
function preserving(unnester: Unnester, join: JoinNode, kept: Unnested, other: Unnested): Unnested {
  const isRight = join.type === 'right';
  const tested = unnester.materialized(other, (isRight ? join.left : join.right).columns);
  const conditions = conjunctsOf(join).map((condition) => settle(kept, condition));
  const bound = unnester.withDomain(kept, [
    ...tested.domain.keys(),
    ...unnester.outerColumnsOf(...tested.pending, ...conditions),
  ]);
  const domainOnly = { ...NOTHING_OUTER, plan: join, domain: bound.domain };
  const all = [
    ...[...conditions, ...tested.pending].map((condition) => settle(domainOnly, condition)),
    ...sameOuterRow(bound, tested),
  ];
  const [left, right] = isRight ? [tested.plan, bound.plan] : [bound.plan, tested.plan];
  const plan = joinWhere(join.type, left, right, all, join.columns.at(-1));
  return { ...bound, plan: join.nullAware ? { ...plan, nullAware: true } : plan };
}

/** Both sides get the whole domain; a row of either side alone is one of its outer row. */
function full(unnester: Unnester, join: JoinNode, left: Unnested, right: Unnested): Unnested {
  const sides = [
    unnester.materialized(left, join.left.columns),
    unnester.materialized(right, join.right.columns),
  ] as const;
  const conditions = conjunctsOf(join);
  const ids = [
    ...new Set([
      ...unnester.outerColumnsOf(...conditions, ...sides.flatMap(({ pending }) => pending)),
      ...sides.flatMap(({ domain }) => [...domain.keys()]),
    ]),
  ];
  const [l, r] = sides.map((side) => unnester.withDomain(side, ids)) as [Unnested, Unnested];
  const plan = joinWhere('full', l.plan, r.plan, [
    ...conditions.map((condition) => settle(l, condition)),
    ...sameOuterRow(l, r),
  ]);
  const domain = new Map<ColumnId, Column>();
  const values = ids.map((id): Expression => {
    const [a, b] = [l.domain.get(id)!, r.domain.get(id)!];
    domain.set(id, { ...a, id: unnester.context.newColumnId() });
    return { kind: 'coalesce', type: a.type, args: [reference(a), reference(b)] };
  });
  const columns = [...join.columns, ...domain.values()];
  const expressions = [...join.columns.map(reference), ...values];
  return { ...NOTHING_OUTER, plan: { kind: 'Project', columns, input: plan, expressions }, domain };
}
