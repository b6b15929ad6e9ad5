import { test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite } from '../rule.fixture.ts';
import { topN } from './top-n.ts';

test('a limit over a sort keeps only the first rows', () => {
  const b = new PlanBuilder();
  expectRewrite(topN, b.limit(b.sort(b.scan('t', ['a']), 'a'), 10, 2), b.newColumnId, {
    before: `
      Limit 10 offset=2
      └─ Sort a
         └─ Scan t [a]
      `,
    after: `
      TopN 10 offset=2 by a
      └─ Scan t [a]
      `,
  });
});

test('the projection that drops a hidden sort key may stand between', () => {
  const b = new PlanBuilder();
  const sorted = b.project(b.sort(b.scan('t', ['a', 'b']), 'b'), { a: b.ref('a') });
  expectRewrite(topN, b.limit(sorted, 5), b.newColumnId, {
    before: `
      Limit 5
      └─ Project a
         └─ Sort b
            └─ Scan t [a, b]
      `,
    after: `
      Project a
      └─ TopN 5 by b
         └─ Scan t [a, b]
      `,
  });
});

test('a limit of very many rows sorts them all', () => {
  const b = new PlanBuilder();
  const text = `
      Limit 1000000
      └─ Sort a
         └─ Scan t [a]
      `;
  expectRewrite(topN, b.limit(b.sort(b.scan('t', ['a']), 'a'), 1_000_000), b.newColumnId, {
    before: text,
    after: text,
  });
});
