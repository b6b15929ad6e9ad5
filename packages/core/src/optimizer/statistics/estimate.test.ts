import { describe, expect, test } from 'vitest';
import type { ColumnStatistics } from '../../catalog/table.ts';
import type { EquiCondition, JoinType, LogicalPlan } from '../../logical/index.ts';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { estimate } from './estimate.ts';

const key = (max: number): ColumnStatistics => ({ min: 1, max });

/** A table of 1000 days, ten rows each. */
function days(b: PlanBuilder) {
  return b.scan('days', ['day', 'value'], 10_000, { day: { min: 0, max: 1000, likelyDistinct: 1000 } });
}

describe('filters', () => {
  test('two bounds of a column are one range, not two independent conditions', () => {
    const b = new PlanBuilder();
    const scan = { ...days(b), filters: [b.call('>=', 'day', 500), b.call('<', 'day', 600)] };
    expect(estimate(scan).rows).toBeCloseTo(1000, 0);
  });

  test('the narrower of two bounds on the same side counts', () => {
    const b = new PlanBuilder();
    const scan = { ...days(b), filters: [b.call('<', 'day', 500), b.call('<=', 'day', 250)] };
    expect(estimate(scan).rows).toBeCloseTo(2500, 0);
  });

  test('an empty range leaves at least one value', () => {
    const b = new PlanBuilder();
    const scan = { ...days(b), filters: [b.call('>', 'day', 600), b.call('<', 'day', 500)] };
    expect(estimate(scan).rows).toBeCloseTo(10, 0);
  });

  test('bounds of different columns are independent', () => {
    const b = new PlanBuilder();
    const scan = b.scan('t', ['x', 'y'], 10_000, { x: key(100), y: key(100) });
    const filters = [b.call('<=', 'x', 50), b.call('<=', 'y', 50)];
    expect(estimate({ ...scan, filters }).rows / 10_000).toBeCloseTo(0.25, 1);
  });
});

describe('joins', () => {
  function join(b: PlanBuilder, type: JoinType, left: LogicalPlan, right: LogicalPlan, ...on: [string, string][]) {
    const conditions = on.map(([l, r]): EquiCondition => ({ left: b.ref(l), right: b.ref(r) }));
    return { ...b.join(type, left, right), on: conditions } as LogicalPlan;
  }

  const orders = (b: PlanBuilder) => b.scan('orders', ['order', 'date'], 1500, { order: key(6000), date: key(100) });
  const items = (b: PlanBuilder) =>
    b.scan('items', ['ofOrder', 'part', 'supplier'], 6000, {
      ofOrder: { ...key(6000), likelyDistinct: 1500 },
      part: key(200),
      supplier: key(10),
    });
  const supplies = (b: PlanBuilder) =>
    b.scan('supplies', ['itsPart', 'itsSupplier'], 800, { itsPart: key(200), itsSupplier: key(10) });

  test('a foreign key finds its row', () => {
    const b = new PlanBuilder();
    expect(estimate(join(b, 'inner', items(b), orders(b), ['ofOrder', 'order'])).rows).toBeCloseTo(6000);
  });

  test('rows that a filter took away are found no more, whatever is left of the other side', () => {
    const b = new PlanBuilder();
    const few = { ...orders(b), filters: [b.call('=', 'date', 7)] };
    expect(estimate(join(b, 'inner', items(b), few, ['ofOrder', 'order'])).rows).toBeCloseTo(60);
    const fewItems = { ...items(b), filters: [b.call('=', 'part', 7)] };
    expect(estimate(join(b, 'inner', fewItems, few, ['ofOrder', 'order'])).rows).toBeCloseTo(0.3);
  });

  test('a key of two columns has no more values than its table has rows', () => {
    const b = new PlanBuilder();
    const both = join(b, 'inner', items(b), supplies(b), ['part', 'itsPart'], ['supplier', 'itsSupplier']);
    expect(estimate(both).rows).toBeCloseTo(6000);
  });

  test('semi and anti joins part the rows by the keys that are there', () => {
    const b = new PlanBuilder();
    const few = { ...orders(b), filters: [b.call('=', 'date', 7)] };
    expect(estimate(join(b, 'semi', items(b), few, ['ofOrder', 'order'])).rows).toBeCloseTo(60);
    expect(estimate(join(b, 'anti', items(b), few, ['ofOrder', 'order'])).rows).toBeCloseTo(5940);
    expect(estimate(join(b, 'semi', orders(b), items(b), ['order', 'ofOrder'])).rows).toBeCloseTo(1500);
  });
});
