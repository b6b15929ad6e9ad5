import { expect, test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { removeSort } from './remove-sort.ts';

test('the order of rows that are counted', () => {
  const b = new PlanBuilder();
  const sorted = b.sort(b.scan('t', ['a', 'b']), 'b');
  expectRewrite(removeSort, b.aggregate(sorted, ['a'], { n: b.count('b') }), b.newColumnId, {
    before: `
      Aggregate by=[a] count(b)
      └─ Sort b
         └─ Scan t [a, b]
      `,
    after: `
      Aggregate by=[a] count(b)
      └─ Scan t [a, b]
      `,
  });
});

test('the order of rows that are joined, or sorted again', () => {
  const b = new PlanBuilder();
  const filtered = b.filter(b.sort(b.scan('l', ['a']), 'a'), b.call('<', 'a', 3));
  const plan = b.sort(b.join('cross', filtered, b.sort(b.scan('r', ['x']), 'x')), 'x');
  expectRewrite(removeSort, plan, b.newColumnId, {
    before: `
      Sort x
      └─ Join cross
         ├─ Filter a < 3
         │  └─ Sort a
         │     └─ Scan l [a]
         └─ Sort x
            └─ Scan r [x]
      `,
    after: `
      Sort x
      └─ Join cross
         ├─ Filter a < 3
         │  └─ Scan l [a]
         └─ Scan r [x]
      `,
  });
});

test('an order that shows stays: in the result, under a limit, in an aggregate of the rows in order', () => {
  const b = new PlanBuilder();
  const sorted = b.sort(b.scan('t', ['a', 'b']), 'b');
  const collected = { ...b.count('b'), name: 'array_agg', overload: 'array_agg(any)' };
  for (const plan of [sorted, b.limit(sorted, 3), b.aggregate(sorted, ['a'], { list: collected })]) {
    expect(removeSort.apply(plan, ruleContext(b.newColumnId))).toBe(plan);
  }
});
