import { describe, expect, test } from 'vitest';
import { formatLogicalPlan, type LogicalPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { pushDownFilter } from '../rule/push-down-filter.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { estimate } from '../statistics/estimate.ts';
import { dynamicJoinOrder, MAX_RELATIONS } from './dynamic-join-order.ts';
import { greedyJoinOrder } from './greedy-join-order.ts';
import { joinGraph } from './join-graph.ts';
import { joinOrder } from './join-order.ts';

test('relations without a condition between them are not joined while others have one', () => {
  const b = new PlanBuilder();
  const cross = b.join('cross', b.scan('small', ['a'], 10), b.scan('middle', ['b'], 100));
  const join = b.join('cross', cross, b.scan('large', ['x', 'y'], 10_000));
  const filtered = b.filter(join, b.and(b.call('=', 'a', 'x'), b.call('=', 'b', 'y')));
  const plan = pushDownFilter.apply(filtered, ruleContext(b.newColumnId));
  expectRewrite(joinOrder, plan, b.newColumnId, {
    before: `
      Join inner on a = x AND b = y
      ├─ Join cross
      │  ├─ Scan small [a]
      │  └─ Scan middle [b]
      └─ Scan large [x, y]
      `,
    after: `
      Project a, b, x, y
      └─ Join inner on b = y
         ├─ Scan middle [b]
         └─ Join inner on x = a
            ├─ Scan large [x, y]
            └─ Scan small [a]
      `,
  });
});

/** A chain t0 - t1 - t2 …, in which the keys of `ti` have as many values as it has rows. */
function chain(b: PlanBuilder, sizes: readonly number[]): LogicalPlan {
  const scans = sizes.map((rows, i): LogicalPlan => b.scan(`t${i}`, [`l${i}`, `r${i}`], rows));
  const crossed = scans.reduce((plan, scan) => b.join('cross', plan, scan));
  const equal = sizes.slice(1).map((_, i) => b.call('=', `r${i}`, `l${i + 1}`));
  return pushDownFilter.apply(b.filter(crossed, b.and(...equal)), ruleContext(b.newColumnId));
}

/** Rows that all joins of a plan give together. */
function intermediateRows(plan: LogicalPlan): number {
  if (plan.kind !== 'Join') return 0;
  return estimate(plan).rows + intermediateRows(plan.left) + intermediateRows(plan.right);
}

describe('all orders', () => {
  test('never worse than the greedy one, for any sizes', () => {
    for (const sizes of [
      [1000, 10, 5000, 20, 300],
      [7, 7, 100_000, 7, 7],
      [100, 2000, 30, 40_000, 5, 600],
    ]) {
      const graph = joinGraph(chain(new PlanBuilder(), sizes));
      const [dynamic, greedy] = [dynamicJoinOrder(graph)!, greedyJoinOrder(graph)];
      expect(intermediateRows(dynamic)).toBeLessThanOrEqual(intermediateRows(greedy) * 1.001);
    }
  });

  test('many relations are left to the greedy order, and so are those that nothing connects', () => {
    const sizes = Array.from({ length: MAX_RELATIONS + 1 }, (_, i) => 10 * (i + 1));
    expect(dynamicJoinOrder(joinGraph(chain(new PlanBuilder(), sizes)))).toBeUndefined();
    const b = new PlanBuilder();
    const apart = b.join('cross', b.join('cross', b.scan('a', ['a']), b.scan('b', ['b'])), b.scan('c', ['c']));
    expect(dynamicJoinOrder(joinGraph(apart))).toBeUndefined();
  });

  test('a condition over three relations is tested as soon as all are there', () => {
    const b = new PlanBuilder();
    const crossed = ['a', 'b', 'c'].map((name): LogicalPlan => b.scan(name, [name, `${name}2`], 100));
    const both = b.and(b.call('=', 'a', 'b'), b.call('=', 'b2', 'c'), b.call('<', b.call('+', 'a2', 'b2'), 'c2'));
    const joined = crossed.reduce((plan, scan) => b.join('cross', plan, scan));
    const plan = pushDownFilter.apply(b.filter(joined, both), ruleContext(b.newColumnId));
    const ordered = formatLogicalPlan(dynamicJoinOrder(joinGraph(plan))!);
    expect(ordered.match(/a2 \+ b2 < c2/g)).toHaveLength(1);
    expect(ordered.split('\n')[0]).toContain('a2 + b2 < c2');
  });
});
