import { test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite } from '../rule.fixture.ts';
import { pushDownLimit } from './push-down-limit.ts';

test('tells the scan when it may stop', () => {
  const b = new PlanBuilder();
  expectRewrite(pushDownLimit, b.limit(b.project(b.scan('t', ['a']), { a: b.ref('a') }), 10, 5), b.newColumnId, {
    before: `
      Limit 10 offset=5
      └─ Project a
         └─ Scan t [a]
      `,
    after: `
      Limit 10 offset=5
      └─ Project a
         └─ Scan t [a] limit=15
      `,
  });
});

test('does not pass a filter or a sort', () => {
  const b = new PlanBuilder();
  const text = `
      Limit 10
      └─ Filter a > 1
         └─ Scan t [a]
      `;
  expectRewrite(pushDownLimit, b.limit(b.filter(b.scan('t', ['a']), b.call('>', 'a', 1)), 10), b.newColumnId, {
    before: text,
    after: text,
  });
});

test('a limit of nothing reads nothing', () => {
  const b = new PlanBuilder();
  expectRewrite(pushDownLimit, b.limit(b.scan('t', ['a']), 0), b.newColumnId, {
    before: `
      Limit 0
      └─ Scan t [a]
      `,
    after: `
      Values 0 rows [a]
      `,
  });
});
