import { expect, test } from 'vitest';
import type { ColumnStatistics } from '../../catalog/table.ts';
import type { AggregateCall } from '../../expression/index.ts';
import type { ScanNode } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { FLOAT64, INT64 } from '../../types/index.ts';
import { expectRewrite, ruleContext } from '../rule.fixture.ts';
import { answerFromStatistics } from './answer-from-statistics.ts';

const KNOWN: ColumnStatistics = { numNulls: 3, min: -5, max: 7, isMinExact: true, isMaxExact: true };

function wholeScan(b: PlanBuilder, statistics: ColumnStatistics = KNOWN): ScanNode {
  b.column('a', INT64);
  const scan = b.scan('t', ['a'], 100, { a: statistics });
  return { ...scan, table: { ...scan.table, isNumRowsExact: true } };
}

const call = (b: PlanBuilder, name: string): AggregateCall => {
  const arg = b.ref('a');
  return { name, overload: name, args: [arg], distinct: false, filter: undefined, type: arg.type };
};
const countAll: AggregateCall = {
  name: 'count',
  overload: 'count(*)',
  args: [],
  distinct: false,
  filter: undefined,
  type: INT64,
};

test('counts and extremes of a whole table are not read', () => {
  const b = new PlanBuilder();
  const scan = wholeScan(b);
  const calls = { n: countAll, values: b.count('a'), low: call(b, 'min'), high: call(b, 'max') };
  expectRewrite(answerFromStatistics, b.aggregate(scan, [], calls), b.newColumnId, {
    before: `
      Aggregate by=[] count(*), count(a), min(a), max(a)
      └─ Scan t [a]
      `,
    after: `
      Values 1 row [n, values, low, high]
      `,
  });
});

test('there is no extreme of nothing but nulls', () => {
  const b = new PlanBuilder();
  const plan = b.aggregate(wholeScan(b, { numNulls: 100 }), [], { low: call(b, 'min') });
  const answered = answerFromStatistics.apply(plan, ruleContext(b.newColumnId));
  expect(answered).toMatchObject({ kind: 'Values', rows: [[{ value: null }]] });
});

test.each<[string, (b: PlanBuilder) => Parameters<PlanBuilder['aggregate']>]>([
  ['a filter', (b) => [{ ...wholeScan(b), filters: [b.call('<', 'a', 3)] }, [], { n: countAll }]],
  ['a limit', (b) => [{ ...wholeScan(b), limit: 3 }, [], { n: countAll }]],
  ['groups', (b) => [wholeScan(b), ['a'], { n: countAll }]],
  ['a number of rows that is a guess', (b) => [b.scan('t', ['a'], 100), [], { n: countAll }]],
  ['bounds that may not occur', (b) => [wholeScan(b, { ...KNOWN, isMaxExact: false }), [], { high: call(b, 'max') }]],
  ['nulls that were not counted', (b) => [wholeScan(b, { min: 1, isMinExact: true }), [], { low: call(b, 'min') }]],
  ['distinct values', (b) => [wholeScan(b), [], { n: b.count('a', true) }]],
  ['rows of its own', (b) => [wholeScan(b), [], { n: { ...countAll, filter: b.call('<', 'a', 3) } }]],
  ['one answer that is not there', (b) => [wholeScan(b), [], { n: countAll, s: call(b, 'sum') }]],
])('%s: the table is read', (_, make) => {
  const b = new PlanBuilder();
  const plan = b.aggregate(...make(b));
  expect(answerFromStatistics.apply(plan, ruleContext(b.newColumnId))).toBe(plan);
});

test('floating-point numbers are read', () => {
  const b = new PlanBuilder();
  b.column('a', FLOAT64);
  const scan = wholeScan(b);
  const plan = b.aggregate(scan, [], { low: call(b, 'min') });
  expect(answerFromStatistics.apply(plan, ruleContext(b.newColumnId))).toBe(plan);
});
