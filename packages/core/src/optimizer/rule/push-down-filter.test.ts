import { expect, test } from 'vitest';
import { formatLogicalPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { pushDownFilter } from './push-down-filter.ts';

test('moves each conjunct to the side of a join that it speaks of, and joins on equalities', () => {
  const b = new PlanBuilder();
  const join = b.join('cross', b.scan('l', ['a', 'b']), b.scan('r', ['x', 'y']));
  const plan = b.filter(join, b.and(b.call('=', 'a', 'x'), b.call('>', 'b', 1), b.call('<', 'y', 2)));
  expectRewrite(pushDownFilter, plan, b.newColumnId, {
    before: `
      Filter a = x AND b > 1 AND y < 2
      └─ Join cross
         ├─ Scan l [a, b]
         └─ Scan r [x, y]
      `,
    after: `
      Join inner on a = x
      ├─ Scan l [a, b] filter=[b > 1]
      └─ Scan r [x, y] filter=[y < 2]
      `,
  });
});

test('a filter on the side that a left join fills up stays above it when nulls satisfy it', () => {
  const b = new PlanBuilder();
  const isNull = { kind: 'is-null', type: { id: 'boolean' }, negated: false, arg: b.ref('y') } as const;
  const join = b.join('left', b.scan('l', ['a']), b.scan('r', ['x', 'y']), b.call('=', 'a', 'x'));
  expectRewrite(pushDownFilter, b.filter(join, b.and(isNull, b.call('>', 'a', 1))), b.newColumnId, {
    before: `
      Filter y IS NULL AND a > 1
      └─ Join left residual=a = x
         ├─ Scan l [a]
         └─ Scan r [x, y]
      `,
    after: `
      Filter y IS NULL
      └─ Join left on a = x
         ├─ Scan l [a] filter=[a > 1]
         └─ Scan r [x, y]
      `,
  });
});

test('a filter that rejects nulls turns a left join into an inner one', () => {
  const b = new PlanBuilder();
  const join = b.join('left', b.scan('l', ['a']), b.scan('r', ['x', 'y']), b.call('=', 'a', 'x'));
  expectRewrite(pushDownFilter, b.filter(join, b.call('>', 'y', 1)), b.newColumnId, {
    before: `
      Filter y > 1
      └─ Join left residual=a = x
         ├─ Scan l [a]
         └─ Scan r [x, y]
      `,
    after: `
      Join inner on a = x
      ├─ Scan l [a]
      └─ Scan r [x, y] filter=[y > 1]
      `,
  });
});

test("a left join's own condition filters only its right side", () => {
  const b = new PlanBuilder();
  const condition = b.and(b.call('=', 'a', 'x'), b.call('>', 'y', 1), b.call('>', 'a', 5));
  const join = b.join('left', b.scan('l', ['a']), b.scan('r', ['x', 'y']), condition);
  expectRewrite(pushDownFilter, join, b.newColumnId, {
    before: `
      Join left residual=a = x AND y > 1 AND a > 5
      ├─ Scan l [a]
      └─ Scan r [x, y]
      `,
    after: `
      Join left on a = x residual=a > 5
      ├─ Scan l [a]
      └─ Scan r [x, y] filter=[y > 1]
      `,
  });
});

test('passes a projection and the keys of an aggregation, not its results', () => {
  const b = new PlanBuilder();
  const projected = b.project(b.scan('t', ['a', 'b']), { c: b.call('+', 'a', 1), d: b.ref('b') });
  const plan = b.filter(
    b.aggregate(projected, ['c'], { n: b.count('d') }),
    b.and(b.call('>', 'c', 3), b.call('>', 'n', 10)),
  );
  expect(formatLogicalPlan(pushDownFilter.apply(plan, ruleContext(b.newColumnId)))).toBe(
    [
      'Filter n > 10',
      '└─ Aggregate by=[c] count(d)',
      '   └─ Project a + 1 AS c, b AS d',
      '      └─ Scan t [a, b] filter=[a + 1 > 3]',
    ].join('\n'),
  );
});

test('nothing passes a limit, and a volatile condition moves nowhere', () => {
  const b = new PlanBuilder();
  const limited = b.filter(b.limit(b.scan('t', ['a']), 10), b.call('>', 'a', 1));
  expect(pushDownFilter.apply(limited, ruleContext(b.newColumnId))).toEqual(limited);
  const volatile = b.filter(b.scan('t', ['a']), b.call('>', b.call('random', 'a'), 1));
  expect(pushDownFilter.apply(volatile, ruleContext(b.newColumnId))).toEqual(volatile);
});

test('below window functions goes what speaks of the partition alone', () => {
  const b = new PlanBuilder();
  const window = b.window(b.scan('t', ['a', 'b']), ['a'], ['b'], { r: b.ranking('rank') });
  const plan = b.filter(window, b.and(b.call('=', 'a', 1), b.call('<', 'b', 2), b.call('<', 'r', 3)));
  expectRewrite(pushDownFilter, plan, b.newColumnId, {
    before: `
      Filter a = 1 AND b < 2 AND r < 3
      └─ Window by=[a] order=[b] rank()
         └─ Scan t [a, b]
      `,
    after: `
      Filter b < 2 AND r < 3
      └─ Window by=[a] order=[b] rank()
         └─ Scan t [a, b] filter=[a = 1]
      `,
  });
});
