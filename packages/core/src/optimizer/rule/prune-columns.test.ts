import { expect, test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite } from '../rule.fixture.ts';
import { pruneColumns } from './prune-columns.ts';

test('drops what nothing above needs, down to the scan', () => {
  const b = new PlanBuilder();
  const filtered = b.filter(b.scan('t', ['a', 'b', 'c', 'd']), b.call('>', 'b', 1));
  expectRewrite(pruneColumns, b.project(filtered, { a: b.ref('a') }), b.newColumnId, {
    before: `
      Project a
      └─ Filter b > 1
         └─ Scan t [a, b, c, d]
      `,
    after: `
      Project a
      └─ Filter b > 1
         └─ Scan t [a, b]
      `,
  });
});

test('columns for the filters of a scan are read but not given', () => {
  const b = new PlanBuilder();
  const scan = { ...b.scan('t', ['a', 'b', 'c']), filters: [b.call('>', 'b', 1)] };
  const plan = expectRewrite(pruneColumns, b.project(scan, { a: b.ref('a') }), b.newColumnId, {
    before: `
      Project a
      └─ Scan t [a, b, c] filter=[b > 1]
      `,
    after: `
      Project a
      └─ Scan t [a] filter=[b > 1]
      `,
  });
  expect(plan.kind === 'Project' && plan.input.kind === 'Scan' && plan.input.filterOnly?.source).toEqual(['b']);
});

test('an aggregate whose result is unused goes away', () => {
  const b = new PlanBuilder();
  const plan = b.project(b.aggregate(b.scan('t', ['k', 'x', 'y']), ['k'], { n: b.count('x'), m: b.count('y') }), {
    n: b.ref('n'),
  });
  expectRewrite(pruneColumns, plan, b.newColumnId, {
    before: `
      Project n
      └─ Aggregate by=[k] count(x), count(y)
         └─ Scan t [k, x, y]
      `,
    after: `
      Project n
      └─ Aggregate by=[k] count(x)
         └─ Scan t [k, x]
      `,
  });
});

test('window functions that nothing uses go away, and with them their columns', () => {
  const b = new PlanBuilder();
  const scan = b.scan('t', ['a', 'b', 'c', 'd']);
  const both = b.window(scan, ['a'], ['b'], { n: b.ranking('row_number'), m: b.count('c') });
  const none = b.window(both, ['d'], [], { r: b.ranking('rank') });
  expectRewrite(pruneColumns, b.project(none, { n: b.ref('n') }), b.newColumnId, {
    before: `
      Project n
      └─ Window by=[d] order=[] rank()
         └─ Window by=[a] order=[b] row_number(), count(c)
            └─ Scan t [a, b, c, d]
      `,
    after: `
      Project n
      └─ Window by=[a] order=[b] row_number()
         └─ Scan t [a, b]
      `,
  });
});
