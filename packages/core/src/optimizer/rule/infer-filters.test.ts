import { describe, expect, test } from 'vitest';
import type { JoinType, LogicalPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { inferFilters } from './infer-filters.ts';

function join(b: PlanBuilder, type: JoinType, left: LogicalPlan, right: LogicalPlan, l: string, r: string) {
  return { ...b.join(type, left, right), on: [{ left: b.ref(l), right: b.ref(r) }] } as LogicalPlan;
}

test('a filter on one side of an equality holds for the other', () => {
  const b = new PlanBuilder();
  const left = { ...b.scan('l', ['a']), filters: [b.call('<', 'a', 7)] };
  expectRewrite(inferFilters, join(b, 'inner', left, b.scan('r', ['x']), 'a', 'x'), b.newColumnId, {
    before: `
      Join inner on a = x
      ├─ Scan l [a] filter=[a < 7]
      └─ Scan r [x]
      `,
    after: `
      Join inner on a = x
      ├─ Scan l [a] filter=[a < 7]
      └─ Filter x < 7
         └─ Scan r [x]
      `,
  });
});

test('through several joins, and a condition that both sides know comes once', () => {
  const b = new PlanBuilder();
  const left = { ...b.scan('l', ['a']), filters: [b.call('=', 'a', 7)] };
  const right = { ...b.scan('r', ['x']), filters: [b.call('=', 'x', 7)] };
  const plan = join(b, 'inner', join(b, 'inner', left, right, 'a', 'x'), b.scan('s', ['y']), 'x', 'y');
  expectRewrite(inferFilters, plan, b.newColumnId, {
    before: `
      Join inner on x = y
      ├─ Join inner on a = x
      │  ├─ Scan l [a] filter=[a = 7]
      │  └─ Scan r [x] filter=[x = 7]
      └─ Scan s [y]
      `,
    after: `
      Join inner on x = y
      ├─ Join inner on a = x
      │  ├─ Scan l [a] filter=[a = 7]
      │  └─ Scan r [x] filter=[x = 7]
      └─ Filter y = 7
         └─ Scan s [y]
      `,
  });
});

describe('only where rows without a match are left out', () => {
  const filtered = (b: PlanBuilder, name: string, column: string) => ({
    ...b.scan(name, [column]),
    filters: [b.call('<', column, 7)],
  });
  const rewritten = (type: JoinType, side: 'left' | 'right') => {
    const b = new PlanBuilder();
    const left = side === 'left' ? filtered(b, 'l', 'a') : b.scan('l', ['a']);
    const right = side === 'right' ? filtered(b, 'r', 'x') : b.scan('r', ['x']);
    const plan = join(b, type, left, right, 'a', 'x');
    return inferFilters.apply(plan, ruleContext(b.newColumnId)) !== plan;
  };

  test.each<[JoinType, boolean, boolean]>([
    ['inner', true, true],
    ['semi', true, true],
    ['left', true, false],
    ['anti', true, false],
    ['right', false, true],
    ['full', false, false],
  ])('%s', (type, fromLeft, fromRight) => {
    expect(rewritten(type, 'left')).toBe(fromLeft);
    expect(rewritten(type, 'right')).toBe(fromRight);
  });

  test('a filter below the side that an outer join fills up says nothing of what comes out', () => {
    const b = new PlanBuilder();
    const outer = join(b, 'left', b.scan('l', ['a']), filtered(b, 'r', 'x'), 'a', 'x');
    const plan = join(b, 'left', outer, b.scan('s', ['y']), 'x', 'y');
    expect(inferFilters.apply(plan, ruleContext(b.newColumnId))).toBe(plan);
  });
});
