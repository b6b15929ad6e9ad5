import { expect, test } from 'vitest';
import type { AggregateNode } from '../logical/index.ts';
import { PlanBuilder } from '../logical/plan.fixture.ts';
import { VARCHAR } from '../types/index.ts';
import { meetsBeforeAggregating } from './aggregation-placement.ts';

function meets({ rows = 6_000_000, groups = 1_000_000, isClustered = false, key = 'k', text = false } = {}): boolean {
  const b = new PlanBuilder();
  if (text) b.column('text', VARCHAR);
  const scan = b.scan('t', ['k', text ? 'text' : 'v']);
  const plan = b.aggregate(scan, [key], { n: b.count('k') }) as AggregateNode;
  return meetsBeforeAggregating(plan, plan.groupBy, {
    estimateRows: (node) => (node === plan ? groups : rows),
    isClustered: () => isClustered,
  });
}

test('rows of many groups meet as they are', () => {
  expect(meets()).toBe(true);
});

test('not where a task finds the same group often', () => {
  expect(meets({ groups: 10_000 })).toBe(false);
  expect(meets({ rows: 100_000_000 })).toBe(false);
  expect(meets({ isClustered: true })).toBe(false);
});

test('not where that is many bytes, known or not', () => {
  expect(meets({ rows: 60_000_000, groups: 10_000_000 })).toBe(false);
  expect(meets({ text: true })).toBe(false);
});
