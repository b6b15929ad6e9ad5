import { test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite } from '../rule.fixture.ts';
import { foldConstants } from './fold-constants.ts';

test('evaluates what depends on no column, and leaves alone what fails', () => {
  const b = new PlanBuilder();
  const plan = b.filter(
    b.scan('t', ['a']),
    b.and(b.call('<', 'a', b.call('+', 1, 2)), b.call('<', 'a', b.call('/', 1, 0))),
  );
  expectRewrite(foldConstants, plan, b.newColumnId, {
    before: `
      Filter a < 1 + 2 AND a < 1 / 0
      └─ Scan t [a]
      `,
    after: `
      Filter a < 3 AND a < 1 / 0
      └─ Scan t [a]
      `,
  });
});

test('a volatile function is no constant', () => {
  const b = new PlanBuilder();
  const text = `
      Filter a < random(1) + 2
      └─ Scan t [a]
      `;
  const plan = b.filter(b.scan('t', ['a']), b.call('<', 'a', b.call('+', b.call('random', 1), 2)));
  expectRewrite(foldConstants, plan, b.newColumnId, { before: text, after: text });
});
