import { expect, test } from 'vitest';
import type { Expression } from '../../expression/index.ts';
import { formatLogicalPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { DATE, decimal, TIMESTAMP } from '../../types/index.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { unwrapComparisonCasts } from './unwrap-comparison-casts.ts';

const midnight = { kind: 'literal', type: TIMESTAMP, value: 788_918_400_000_000n } as const;
const noon = { ...midnight, value: 788_961_600_000_000n } as const;

function dateAsTimestamp(b: PlanBuilder): Expression {
  b.column('d', DATE);
  return { kind: 'cast', type: TIMESTAMP, arg: b.ref('d'), safe: false };
}

test('a date column is compared with a date where the timestamp is a midnight', () => {
  const b = new PlanBuilder();
  const predicate = b.call('<', dateAsTimestamp(b), midnight);
  expectRewrite(unwrapComparisonCasts, b.filter(b.scan('t', ['d']), predicate), b.newColumnId, {
    before: `
      Filter CAST(d AS timestamp) < TIMESTAMP '1995-01-01 00:00:00'
      └─ Scan t [d]
      `,
    after: `
      Filter d < DATE '1995-01-01'
      └─ Scan t [d]
      `,
  });
});

test('a timestamp within a day has no date', () => {
  const b = new PlanBuilder();
  const plan = b.filter(b.scan('t', ['d']), b.call('<', noon, dateAsTimestamp(b)));
  expect(unwrapComparisonCasts.apply(plan, ruleContext(b.newColumnId))).toBe(plan);
});

test("a decimal constant takes the column's scale when it loses no digit", () => {
  const b = new PlanBuilder();
  b.column('p', decimal(15, 2));
  const literal = (value: bigint, scale: number) => ({ kind: 'literal', type: decimal(10, scale), value }) as const;
  const rewritten = (value: bigint, scale: number) =>
    formatLogicalPlan(
      unwrapComparisonCasts.apply(
        b.filter(b.scan('t', ['p']), b.call('>=', b.ref('p'), literal(value, scale))),
        ruleContext(b.newColumnId),
      ),
    );
  expect(rewritten(24n, 0)).toContain('p >= 24.00');
  expect(rewritten(245n, 1)).toContain('p >= 24.50');
  expect(rewritten(24_500n, 3)).toContain('p >= 24.50');
  expect(rewritten(24_501n, 3)).toContain('p >= 24.501');
});
