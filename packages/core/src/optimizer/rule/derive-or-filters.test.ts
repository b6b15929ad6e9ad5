import { test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite } from '../rule.fixture.ts';
import { deriveOrFilters } from './derive-or-filters.ts';

function branches(b: PlanBuilder) {
  const is = (column: string, value: number) => b.call('=', column, value);
  return b.or(b.and(is('a', 1), is('x', 2)), b.and(is('a', 2), is('x', 1)));
}

test('an OR over two relations says something of each', () => {
  const b = new PlanBuilder();
  const join = b.join('cross', b.scan('l', ['a']), b.scan('r', ['x']));
  expectRewrite(deriveOrFilters, b.filter(join, branches(b)), b.newColumnId, {
    before: `
      Filter a = 1 AND x = 2 OR a = 2 AND x = 1
      └─ Join cross
         ├─ Scan l [a]
         └─ Scan r [x]
      `,
    after: `
      Filter (a = 1 AND x = 2 OR a = 2 AND x = 1) AND (a = 1 OR a = 2) AND (x = 2 OR x = 1)
      └─ Join cross
         ├─ Scan l [a]
         └─ Scan r [x]
      `,
  });
});

test('the condition of a join too, and once only', () => {
  const b = new PlanBuilder();
  const join = b.join('inner', b.scan('l', ['a']), b.scan('r', ['x']), branches(b));
  const after = `
      Join inner residual=(a = 1 AND x = 2 OR a = 2 AND x = 1) AND (a = 1 OR a = 2) AND (x = 2 OR x = 1)
      ├─ Scan l [a]
      └─ Scan r [x]
      `;
  const once = expectRewrite(deriveOrFilters, join, b.newColumnId, {
    before: `
      Join inner residual=a = 1 AND x = 2 OR a = 2 AND x = 1
      ├─ Scan l [a]
      └─ Scan r [x]
      `,
    after,
  });
  expectRewrite(deriveOrFilters, once, b.newColumnId, { before: after, after });
});

test('nothing where a branch says nothing of a relation, and nothing that may fail', () => {
  const b = new PlanBuilder();
  const join = b.join('cross', b.scan('l', ['a', 'c']), b.scan('r', ['x']));
  const risky = b.call('=', b.call('/', 'a', 'c'), 1);
  const plan = b.filter(join, b.or(b.and(risky, b.call('=', 'x', 2)), b.call('=', 'a', 2)));
  const text = `
      Filter a / c = 1 AND x = 2 OR a = 2
      └─ Join cross
         ├─ Scan l [a, c]
         └─ Scan r [x]
      `;
  expectRewrite(deriveOrFilters, plan, b.newColumnId, { before: text, after: text });
});
