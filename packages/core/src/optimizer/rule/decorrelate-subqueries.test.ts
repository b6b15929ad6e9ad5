import { beforeEach, describe, expect, test } from 'vitest';
import type { AggregateCall } from '../../expression/index.ts';
import { walkPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { BOOLEAN, INT32 } from '../../types/index.ts';
import { expectRewrite } from '../rule.fixture.ts';
import { decorrelateSubqueries } from './decorrelate-subqueries.ts';

let b: PlanBuilder;

beforeEach(() => {
  b = new PlanBuilder();
});

const max = (arg: string): AggregateCall => ({
  name: 'max',
  overload: 'max(any)',
  args: [b.ref(arg)],
  distinct: false,
  filter: undefined,
  type: INT32,
});

/** `SELECT max(y) FROM u WHERE x = k`, of type int32. */
function correlatedMax(condition = b.call('=', 'x', 'k')) {
  const input = b.filter(b.scan('u', ['x', 'y']), condition);
  return { kind: 'Aggregate', columns: [b.column('m')], input, groupBy: [], aggregates: [max('y')] } as const;
}

function expectPlans(plan: Parameters<typeof expectRewrite>[1], before: string, after: string) {
  const rewritten = expectRewrite(decorrelateSubqueries, plan, b.newColumnId, { before, after });
  expect([...walkPlan(rewritten)].some(({ kind }) => kind === 'DependentJoin')).toBe(false);
}

describe('decorrelate-subqueries', () => {
  test('a correlated aggregate becomes a grouped one; EXISTS a semi join', () => {
    const scalar = b.dependentJoin('scalar', b.scan('t', ['k', 'a']), correlatedMax());
    const rows = b.filter(b.scan('v', ['z']), b.call('=', 'z', 'k'));
    const both = b.dependentJoin('exists', scalar, rows, { mark: 'found' });
    expectPlans(
      b.filter(both, b.and(b.call('>', 'a', 'm'), { ...b.ref('found'), type: BOOLEAN })),
      `
      Filter a > m AND found
      └─ DependentJoin exists
         ├─ DependentJoin scalar
         │  ├─ Scan t [k, a]
         │  └─ Aggregate by=[] max(y)
         │     └─ Filter x = k
         │        └─ Scan u [x, y]
         └─ Filter z = k
            └─ Scan v [z]
      `,
      `
      Filter a > m
      └─ Project k, a, m, true AS found
         └─ Join semi on k = z
            ├─ Project k, a, m
            │  └─ Join left on k = x
            │     ├─ Scan t [k, a]
            │     └─ Aggregate by=[x] max(y)
            │        └─ Scan u [x, y]
            └─ Scan v [z]
      `,
    );
  });

  test('NOT EXISTS is an anti join; its other conditions are the residual', () => {
    const rows = b.filter(b.scan('v', ['z', 'w']), b.and(b.call('=', 'z', 'k'), b.call('<>', 'w', 'a')));
    const exists = b.dependentJoin('exists', b.scan('t', ['k', 'a']), rows, { mark: 'found' });
    expectPlans(
      b.filter(exists, { kind: 'not', type: BOOLEAN, arg: b.ref('found') }),
      `
      Filter NOT found
      └─ DependentJoin exists
         ├─ Scan t [k, a]
         └─ Filter z = k AND w <> a
            └─ Scan v [z, w]
      `,
      `
      Project k, a, false AS found
      └─ Join anti on k = z residual=w <> a
         ├─ Scan t [k, a]
         └─ Scan v [z, w]
      `,
    );
  });

  test('a boolean that is used as a value is the mark of a join', () => {
    const rows = b.filter(b.scan('v', ['z']), b.call('=', 'z', 'k'));
    const exists = b.dependentJoin('exists', b.scan('t', ['k', 'a']), rows, { mark: 'found' });
    expectPlans(
      b.filter(exists, b.or(b.ref('found'), b.call('>', 'a', 1))),
      `
      Filter found OR a > 1
      └─ DependentJoin exists
         ├─ Scan t [k, a]
         └─ Filter z = k
            └─ Scan v [z]
      `,
      `
      Filter found OR a > 1
      └─ Join mark on k = z
         ├─ Scan t [k, a]
         └─ Scan v [z]
      `,
    );
  });

  test('NOT IN of all rows of a table knows nulls', () => {
    const any = b.dependentJoin('any', b.scan('t', ['k']), b.scan('v', ['z']), {
      mark: 'found',
      condition: b.call('=', 'k', 'z'),
    });
    expectPlans(
      b.filter(any, { kind: 'not', type: BOOLEAN, arg: b.ref('found') }),
      `
      Filter NOT found
      └─ DependentJoin any on k = z
         ├─ Scan t [k]
         └─ Scan v [z]
      `,
      `
      Filter NOT found
      └─ Join mark null-aware on k = z
         ├─ Scan t [k]
         └─ Scan v [z]
      `,
    );
  });

  test('a correlated NOT IN lacks rows that match and rows of which that is unknown', () => {
    const rows = b.filter(b.scan('v', ['z', 'w']), b.call('=', 'w', 'a'));
    const any = b.dependentJoin('any', b.scan('t', ['k', 'a']), rows, {
      mark: 'found',
      condition: b.call('=', 'k', 'z'),
    });
    expectPlans(
      b.filter(any, { kind: 'not', type: BOOLEAN, arg: b.ref('found') }),
      `
      Filter NOT found
      └─ DependentJoin any on k = z
         ├─ Scan t [k, a]
         └─ Filter w = a
            └─ Scan v [z, w]
      `,
      `
      Project k, a, false AS found
      └─ Join anti on a = w residual=(k = z) IS NULL
         ├─ Join anti on a = w AND k = z
         │  ├─ Scan t [k, a]
         │  └─ Scan v [z, w]
         └─ Scan v [z, w]
      `,
    );
  });

  test('an aggregate under another condition than an equality is computed for each different outer value', () => {
    expectPlans(
      b.dependentJoin('scalar', b.scan('t', ['k', 'a']), correlatedMax(b.call('<', 'x', 'k'))),
      `
      DependentJoin scalar
      ├─ Scan t [k, a]
      └─ Aggregate by=[] max(y)
         └─ Filter x < k
            └─ Scan u [x, y]
      `,
      `
      Project k, a, m
      └─ Join left on k IS NOT DISTINCT FROM k
         ├─ Scan t [k, a]
         └─ Aggregate by=[k] max(y)
            └─ Filter x < k
               └─ Join cross
                  ├─ Scan u [x, y]
                  └─ Distinct
                     └─ Project k
                        └─ Scan t [k, a]
      `,
    );
  });

  test('a subquery without outer columns is computed once', () => {
    expectPlans(
      b.dependentJoin('scalar', b.scan('t', ['k']), correlatedMax(b.call('>', 'x', 1))),
      `
      DependentJoin scalar
      ├─ Scan t [k]
      └─ Aggregate by=[] max(y)
         └─ Filter x > 1
            └─ Scan u [x, y]
      `,
      `
      Project k, m
      └─ Join cross
         ├─ Scan t [k]
         └─ Aggregate by=[] max(y)
            └─ Filter x > 1
               └─ Scan u [x, y]
      `,
    );
  });

  test('LATERAL: what is computed of outer columns is computed above the join', () => {
    const rows = b.project(b.filter(b.scan('v', ['z']), b.call('=', 'z', 'k')), { s: b.call('+', 'z', 'a') });
    expectPlans(
      b.dependentJoin('left', b.scan('t', ['k', 'a']), rows),
      `
      DependentJoin left
      ├─ Scan t [k, a]
      └─ Project z + a AS s
         └─ Filter z = k
            └─ Scan v [z]
      `,
      `
      Project k, a, CASE WHEN match THEN z + a END AS s
      └─ Join left on k = z
         ├─ Scan t [k, a]
         └─ Project z, true AS match
            └─ Project z
               └─ Scan v [z]
      `,
    );
  });

  test('a plan without subqueries stays the same object', () => {
    const plan = b.filter(b.scan('t', ['a']), b.call('>', 'a', 1));
    expect(decorrelateSubqueries.apply(plan, undefined as never)).toBe(plan);
  });
});
