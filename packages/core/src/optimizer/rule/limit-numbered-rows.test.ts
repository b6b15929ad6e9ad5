import { test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite } from '../rule.fixture.ts';
import { limitNumberedRows } from './limit-numbered-rows.ts';

test('of numbered rows only the first ones of a partition are kept before they are numbered', () => {
  const b = new PlanBuilder();
  const window = b.window(b.scan('t', ['a', 'b']), ['a'], ['b'], { n: b.ranking('row_number') });
  expectRewrite(limitNumberedRows, b.filter(window, b.call('<=', 'n', 3)), b.newColumnId, {
    before: `
      Filter n <= 3
      └─ Window by=[a] order=[b] row_number()
         └─ Scan t [a, b]
      `,
    after: `
      Filter n <= 3
      └─ Window by=[a] order=[b] row_number()
         └─ LimitBy 3 by=[a] order=[b]
            └─ Scan t [a, b]
      `,
  });
});

test('without a partition they are the first rows of all; the least limit counts', () => {
  const b = new PlanBuilder();
  const window = b.window(b.scan('t', ['a', 'b']), [], ['b'], { n: b.ranking('row_number') });
  const plan = b.filter(window, b.and(b.call('<', 'n', 10), b.call('>', b.literal(5), 'n'), b.call('>', 'a', 1)));
  expectRewrite(limitNumberedRows, plan, b.newColumnId, {
    before: `
      Filter n < 10 AND 5 > n AND a > 1
      └─ Window by=[] order=[b] row_number()
         └─ Scan t [a, b]
      `,
    after: `
      Filter n < 10 AND 5 > n AND a > 1
      └─ Window by=[] order=[b] row_number()
         └─ TopN 4 by b
            └─ Scan t [a, b]
      `,
  });
});

test('other functions see the rows behind, and ranks have ties', () => {
  const b = new PlanBuilder();
  for (const [name, call] of [
    ['r', b.ranking('rank')],
    ['c', b.count('b')],
  ] as const) {
    const window = b.window(b.scan('t', ['a', 'b']), ['a'], ['b'], { n: b.ranking('row_number'), [name]: call });
    const text = `
      Filter n <= 3
      └─ Window by=[a] order=[b] row_number(), ${name === 'r' ? 'rank()' : 'count(b)'}
         └─ Scan t [a, b]
      `;
    expectRewrite(limitNumberedRows, b.filter(window, b.call('<=', 'n', 3)), b.newColumnId, {
      before: text,
      after: text,
    });
  }
});
