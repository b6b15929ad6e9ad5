import { describe, expect, test } from 'vitest';
import { predictFleet } from '../simulate/predict-fleet.ts';
import { fleetCost } from './fleet-cost.ts';
import { makePlan } from './make-plan.ts';
import { missedObjectives } from './objectives.ts';
import { throttledShare } from './request-throttling.ts';
import { fleetOf, type SearchOptions, searchFleet } from './search-fleet.ts';
import { TOY_PRICES, TOY_WORKLOAD, toyModel } from './toy-plan.fixture.ts';

const model = toyModel();
const base: SearchOptions['base'] = {
  cacheBytesPerNode: 0,
  scheduling: 'fair',
  placement: 'random',
  balancing: 'least-loaded',
  capacity: undefined,
  numPrefixes: 1,
};
const predict: SearchOptions['predict'] = (config) =>
  predictFleet({ model, workload: TOY_WORKLOAD, config, durationMs: 120_000, numReplications: 4, seed: 7 });
const misses: SearchOptions['misses'] = (prediction) => missedObjectives(prediction, TOY_WORKLOAD.slo);

test('the search finds the optimum of a space that is small enough to look at all of it', () => {
  const all = TOY_PRICES.instances.flatMap((instance) =>
    [1, 2, 4].flatMap((threads) =>
      [1, 2, 3, 4].map((numNodes) => {
        const config = fleetOf(instance, threads * instance.vcpus, numNodes, base, model.coldStartMs);
        const prediction = predict(config);
        return {
          instance: instance.name,
          config,
          keeps: misses(prediction).length === 0,
          cost: fleetCost(prediction, instance, TOY_PRICES, model).total,
        };
      }),
    ),
  );
  const cheapest = Math.min(...all.filter(({ keeps }) => keeps).map(({ cost }) => cost));
  const { best } = searchFleet({ model, prices: TOY_PRICES, rate: 12, base, predict, misses });
  expect(best!.dollarsPerHour).toBeCloseTo(cheapest, 6);
  expect(best!.meetsObjectives).toBe(true);
  expect(all.some(({ keeps }) => !keeps)).toBe(true);
});

describe('a plan', () => {
  const plan = makePlan({
    workload: TOY_WORKLOAD,
    model,
    prices: TOY_PRICES,
    cacheBytesPerNode: 0,
    createdAt: '2026-01-01T00:00:00Z',
    durationMs: 100_000,
  });

  test('survives what may go wrong, and its cost is the sum of its parts', () => {
    expect(plan.scenarios.map(({ name, survives }) => [name, survives])).toEqual([
      ['traffic + 30 %', true],
      ['loss of a node', true],
      ['storage p99 doubled for 15 min', true],
      ['retry storm (storage refuses 90 % for a minute)', true],
    ]);
    const { compute, idle, requests, storage, network, total, perThousandQueries } = plan.cost;
    expect(compute + idle + requests + storage + network).toBeCloseTo(total, 9);
    const instance = TOY_PRICES.instances.find(({ name }) => name === plan.chosen.instance)!;
    expect(compute + idle).toBeCloseTo(plan.chosen.config.numNodes * instance.dollarsPerHour, 2);
    expect(perThousandQueries).toBeCloseTo((1000 * total) / (3600 * plan.prediction.throughput.value), 6);
    // Four GETs of data and two of planning a query, $0.0004 a thousand.
    expect(requests / (3600 * plan.prediction.throughput.value * 6 * 0.0000004)).toBeCloseTo(1, 2);
  });

  test('says what binds it and how long it lasts', () => {
    expect(plan.binding).toMatch(/node/);
    expect(plan.runway.text).toMatch(/^lasts (until|beyond) 2026-\d\d at 20 % more traffic/);
    const months = plan.runway.points.map(({ traffic }) => traffic);
    expect(months).toEqual([...months].sort((a, b) => a - b));
    expect(plan.sensitivity.map(({ input }) => input)).toContain('traffic');
    expect(plan.policies.map(({ name }) => name)).toContain('HPA on CPU 60 %');
  });

  test('is made again the same', () => {
    const again = makePlan({
      workload: TOY_WORKLOAD,
      model,
      prices: TOY_PRICES,
      cacheBytesPerNode: 0,
      createdAt: '2026-01-01T00:00:00Z',
      durationMs: 100_000,
    });
    expect(again).toEqual(plan);
  });
});

test('objectives that nobody can meet are refused with what is nearest and what to do', () => {
  const slo = { ...TOY_WORKLOAD.slo, compute: { ...TOY_WORKLOAD.slo.compute, latency: { within: 50, target: 0.95 } } };
  const options = {
    workload: { ...TOY_WORKLOAD, slo },
    model,
    prices: TOY_PRICES,
    cacheBytesPerNode: 0,
    createdAt: '',
  };
  expect(() => makePlan(options)).toThrow(
    /nobody can meet these objectives: the best of \d+ fleets.*More nodes do not help.*Allow more than 50 ms/,
  );
});

test('closed arrivals have no rate to plan for', () => {
  const workload = { ...TOY_WORKLOAD, arrivals: { kind: 'closed' as const, clients: 3, think: 0 } };
  expect(() =>
    makePlan({ workload, model, prices: TOY_PRICES, cacheBytesPerNode: 0, createdAt: '', durationMs: 100_000 }),
  ).toThrow(/arrivals with a rate of their own.*'closed'/);
});

test('503s follow the rates that are granted', () => {
  expect(throttledShare(4000, 1, 1)).toBe(0);
  // 11,000 a second at a prefix that grants 5,500 and one second's worth at once, over 20 s.
  expect(throttledShare(11_000, 1, 1)).toBeCloseTo((11_000 * 20 - 5500 * 21) / (11_000 * 20), 1);
  expect(throttledShare(11_000, 4, 1)).toBe(0);
});
