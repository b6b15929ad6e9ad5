import { test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite } from '../rule.fixture.ts';
import { splitDistinctAggregate } from './split-distinct-aggregate.ts';

test('distinct values are grouped first, then aggregated', () => {
  const b = new PlanBuilder();
  const plan = b.aggregate(b.scan('t', ['g', 'x']), ['g'], { n: b.count('x', true) });
  expectRewrite(splitDistinctAggregate, plan, b.newColumnId, {
    before: `
      Aggregate by=[g] count(DISTINCT x)
      └─ Scan t [g, x]
      `,
    after: `
      Aggregate by=[g] count(x)
      └─ Aggregate by=[g, x]
         └─ Scan t [g, x]
      `,
  });
});

test('beside an aggregate that is not distinct nothing changes', () => {
  const b = new PlanBuilder();
  const plan = b.aggregate(b.scan('t', ['g', 'x']), ['g'], { n: b.count('x', true), m: b.count('x') });
  const text = `
      Aggregate by=[g] count(DISTINCT x), count(x)
      └─ Scan t [g, x]
      `;
  expectRewrite(splitDistinctAggregate, plan, b.newColumnId, { before: text, after: text });
});
