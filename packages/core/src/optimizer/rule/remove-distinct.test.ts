import { expect, test } from 'vitest';
import type { LogicalPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { removeDistinct } from './remove-distinct.ts';

const distinct = (input: LogicalPlan): LogicalPlan => ({ kind: 'Distinct', columns: input.columns, input });

test('groups are different from each other', () => {
  const b = new PlanBuilder();
  const groups = b.aggregate(b.scan('t', ['a', 'b']), ['a'], { n: b.count('b') });
  expectRewrite(removeDistinct, distinct(groups), b.newColumnId, {
    before: `
      Distinct
      └─ Aggregate by=[a] count(b)
         └─ Scan t [a, b]
      `,
    after: `
      Aggregate by=[a] count(b)
      └─ Scan t [a, b]
      `,
  });
});

test('one of two is enough', () => {
  const b = new PlanBuilder();
  const once = distinct(b.scan('t', ['a']));
  expect(removeDistinct.apply(distinct(once), ruleContext(b.newColumnId))).toBe(once);
});

test('not where the keys are projected away', () => {
  const b = new PlanBuilder();
  const groups = b.aggregate(b.scan('t', ['a', 'b']), ['a'], { n: b.count('b') });
  const plan = distinct(b.project(groups, { m: { ...b.ref('n'), type: b.count('b').type } }));
  expect(removeDistinct.apply(plan, ruleContext(b.newColumnId))).toBe(plan);
});
