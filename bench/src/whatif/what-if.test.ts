import { expect, test } from 'vitest';
import { makePlan } from '../plan/make-plan.ts';
import { TOY_PRICES, TOY_WORKLOAD, toyModel } from '../plan/toy-plan.fixture.ts';
import { parseChange, whatIf } from './what-if.ts';

test('changes are read with their units', () => {
  expect(parseChange('traffic=2x, data=1.5x,workers=-1,s3.p99=2x,cache=4GiB')).toEqual({
    traffic: 2,
    data: 1.5,
    cpu: 1,
    nodes: 0,
    workers: -1,
    storage: 1,
    storageTail: 2,
    prefixes: 1,
    cacheBytes: 4 * 2 ** 30,
  });
});

test.each(['traffic=2', 'workers=2x', 'users=2x', 'traffic=0x', 'nodes'])('%s is no change', (text) => {
  expect(() => parseChange(text)).toThrow(/is no change\. Factors: traffic=2x/);
});

test('more traffic is slower, nothing changed is as planned, a fleet of nothing is refused', () => {
  const plan = makePlan({
    workload: TOY_WORKLOAD,
    model: toyModel(),
    prices: TOY_PRICES,
    cacheBytesPerNode: 0,
    createdAt: '',
    durationMs: 100_000,
  });
  expect(whatIf(plan, parseChange('nodes=+0')).after.response).toEqual(plan.prediction.response);
  const more = whatIf(plan, parseChange('traffic=3x'));
  expect(more.after.response[3]!.value).toBeGreaterThan(plan.prediction.response[3]!.value);
  expect(() => whatIf(plan, parseChange('nodes=-9'))).toThrow(/nothing would be left/);
});
