import { describe, expect, test } from 'vitest';
import { Autoscaler, type ScalingMetrics } from './autoscaler.ts';

const MINUTE = 60_000;
const at = (nowMs: number, over: Partial<ScalingMetrics>): ScalingMetrics => ({
  nowMs,
  numNodes: 4,
  utilisation: 0,
  numInFlight: 0,
  ...over,
});

describe('hpa', () => {
  // The algorithm of the Kubernetes documentation: desired = ceil(current * metric / target), tolerance 0.1.
  test.each([
    [0.7, 4],
    [0.76, 4],
    [0.64, 4],
    [0.8, 5],
    [1.4, 8],
    [9, 10],
  ])('utilisation %f of target 0.7 wishes for %i of 4', (utilisation, nodes) => {
    const scaler = new Autoscaler({ kind: 'hpa', target: 0.7, min: 2, max: 10 });
    expect(scaler.desired(at(0, { utilisation }))).toBe(nodes);
  });

  test('goes down only when five minutes have wished for it', () => {
    const scaler = new Autoscaler({ kind: 'hpa', target: 0.5, min: 1, max: 10 });
    expect(scaler.desired(at(0, { utilisation: 0.5 }))).toBe(4);
    for (let ms = 15_000; ms < 5 * MINUTE; ms += 15_000) expect(scaler.desired(at(ms, { utilisation: 0.2 }))).toBe(4);
    expect(scaler.desired(at(5 * MINUTE, { utilisation: 0.2 }))).toBe(2);
  });
});

test('keda divides what is in flight by its target, at once up and after five minutes down', () => {
  const scaler = new Autoscaler({ kind: 'keda', target: 10, min: 1, max: 20 });
  expect(scaler.desired(at(0, { numInFlight: 95 }))).toBe(10);
  expect(scaler.desired(at(30_000, { numNodes: 10, numInFlight: 11 }))).toBe(10);
  expect(scaler.desired(at(6 * MINUTE, { numNodes: 10, numInFlight: 11 }))).toBe(2);
});

test('a schedule counts from midnight and wraps', () => {
  const scaler = new Autoscaler({
    kind: 'schedule',
    entries: [
      { atMs: 8 * 60 * MINUTE, nodes: 9 },
      { atMs: 20 * 60 * MINUTE, nodes: 2 },
    ],
  });
  expect([7, 8, 19, 20, 31, 33].map((hour) => scaler.desired(at(hour * 60 * MINUTE, {})))).toEqual([2, 9, 9, 2, 2, 9]);
});

test('a base bursts beyond its threshold', () => {
  const scaler = new Autoscaler({ kind: 'base-burst', base: 3, burst: 5, threshold: 4 });
  expect(scaler.desired(at(0, { numNodes: 3, numInFlight: 12 }))).toBe(3);
  expect(scaler.desired(at(1000, { numNodes: 3, numInFlight: 13 }))).toBe(8);
});
