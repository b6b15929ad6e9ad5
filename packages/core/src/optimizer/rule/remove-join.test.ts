import { expect, test } from 'vitest';
import type { JoinType, LogicalPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { removeJoin } from './remove-join.ts';

function join(b: PlanBuilder, type: JoinType, right: LogicalPlan): LogicalPlan {
  return { ...b.join(type, b.scan('l', ['a']), right), on: [{ left: b.ref('a'), right: b.ref('x') }] } as LogicalPlan;
}

const groups = (b: PlanBuilder) => b.aggregate(b.scan('r', ['x', 'y']), ['x'], { n: b.count('y') });

test('a left join with groups of which nothing is used', () => {
  const b = new PlanBuilder();
  expectRewrite(removeJoin, b.project(join(b, 'left', groups(b)), { twice: b.call('+', 'a', 'a') }), b.newColumnId, {
    before: `
      Project a + a AS twice
      └─ Join left on a = x
         ├─ Scan l [a]
         └─ Aggregate by=[x] count(y)
            └─ Scan r [x, y]
      `,
    after: `
      Project a + a AS twice
      └─ Scan l [a]
      `,
  });
});

test.each<[string, (b: PlanBuilder) => LogicalPlan]>([
  ['something of the right side is used', (b) => b.project(join(b, 'left', groups(b)), { z: b.ref('x') })],
  ['a row may have several matches', (b) => b.project(join(b, 'left', b.scan('r', ['x'])), { z: b.ref('a') })],
  ['rows without a match are left out', (b) => b.project(join(b, 'inner', groups(b)), { z: b.ref('a') })],
])('%s: it stays', (_, make) => {
  const b = new PlanBuilder();
  const plan = make(b);
  expect(removeJoin.apply(plan, ruleContext(b.newColumnId))).toBe(plan);
});
