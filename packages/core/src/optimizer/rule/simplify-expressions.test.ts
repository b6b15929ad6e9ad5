import { test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite } from '../rule.fixture.ts';
import { simplifyExpressions } from './simplify-expressions.ts';

test('drops what decides nothing and what stands twice', () => {
  const b = new PlanBuilder();
  const is1 = b.call('=', 'a', 1);
  expectRewrite(simplifyExpressions, b.filter(b.scan('t', ['a']), b.and(is1, b.literal(true), is1)), b.newColumnId, {
    before: `
      Filter a = 1 AND true AND a = 1
      └─ Scan t [a]
      `,
    after: `
      Filter a = 1
      └─ Scan t [a]
      `,
  });
});

test('takes out of an OR what all its branches demand', () => {
  const b = new PlanBuilder();
  const branch = (value: number) => b.and(b.call('=', 'k', 'j'), b.call('=', 'a', value));
  expectRewrite(
    simplifyExpressions,
    b.filter(b.scan('t', ['a', 'k', 'j']), b.or(branch(1), branch(2))),
    b.newColumnId,
    {
      before: `
      Filter k = j AND a = 1 OR k = j AND a = 2
      └─ Scan t [a, k, j]
      `,
      after: `
      Filter k = j AND (a = 1 OR a = 2)
      └─ Scan t [a, k, j]
      `,
    },
  );
});

test('a branch that demands no more than the others makes the rest superfluous', () => {
  const b = new PlanBuilder();
  const plan = b.filter(
    b.scan('t', ['a', 'k']),
    b.or(b.call('=', 'k', 1), b.and(b.call('=', 'k', 1), b.call('=', 'a', 2))),
  );
  expectRewrite(simplifyExpressions, plan, b.newColumnId, {
    before: `
      Filter k = 1 OR k = 1 AND a = 2
      └─ Scan t [a, k]
      `,
    after: `
      Filter k = 1
      └─ Scan t [a, k]
      `,
  });
});
