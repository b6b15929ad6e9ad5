import { seededRandom } from 'millrace';
import { describe, expect, test } from 'vitest';
import { drawParameter, QueryMix } from './query-mix.ts';
import { parseWorkload } from './read-workload.ts';

const GOOD = `schema: workload@1
name: test
data: { suite: tpch, scaleFactor: 0.1 }
queries:
  - { name: q6, tpch: 6, weight: 3 }
  - name: range
    sql: SELECT count(*) FROM lineitem WHERE l_quantity < $1
    parameters:
      - { integer: [1, 50] }
arrivals: { kind: poisson, rate: 600/min }
slo:
  compute:
    latency: { within: 400ms, target: 0.95 }
`;

test('a workload is read with its defaults and its units', () => {
  const workload = parseWorkload(GOOD, 'w.yaml');
  expect(workload.arrivals).toEqual({ kind: 'poisson', rate: 10 });
  expect(workload.slo.compute.latency).toEqual({ within: 400, target: 0.95 });
  expect(workload.slo.storage.throttled).toBe(0.01);
  expect(workload.client).toEqual({ timeout: 60_000, retries: 0, backoff: 1000 });
  expect(workload.queries[0]).toMatchObject({ weight: 3, tenant: 'default', repeat: 0 });
});

describe('errors tell line and column', () => {
  test.each([
    [
      'rate: 600/min',
      'rate: fast',
      "w.yaml:10:34: arrivals.rate: must be a rate such as '20/s', '600/min' or '5000/h', not 'fast'",
    ],
    ['within: 400ms', 'within: 400', 'w.yaml:13:24: slo.compute.latency.within: must be a duration'],
    ['target: 0.95', 'target: 1', 'w.yaml:13:39: slo.compute.latency.target: must be below 1'],
    ['weight: 3', 'wait: 3', "w.yaml:5:26: queries[0]: there is no setting 'wait'"],
    ['name: range', 'name: q6', "w.yaml:6:11: queries[1].name: there are two queries 'q6'"],
    ['kind: poisson', 'kind: uniform', 'w.yaml:10:19: arrivals.kind: kind must be constant, poisson'],
    [
      '$1',
      '$2',
      'w.yaml:9:7: queries[1].parameters: the SQL has the placeholders $1 to $2, but there are 1 parameters',
    ],
    ['name: test', 'nam: test', 'w.yaml:1:1: name: is missing'],
    ['{ integer: [1, 50] }', '{ integer: [1] }', 'w.yaml:9:9: queries[1].parameters[0]: must be one of constant'],
    ['{ suite: tpch, scaleFactor: 0.1 }', '{ suite: tpch', 'this is no YAML'],
  ])('%s → %s', (from, to, message) => {
    expect(() =>
      parseWorkload(
        GOOD.replace(from, () => to),
        'w.yaml',
      ),
    ).toThrow(message);
  });

  test('every fault is told at once', () => {
    const text = GOOD.replace('600/min', 'fast').replace('400ms', 'soon');
    expect(() => parseWorkload(text, 'w.yaml')).toThrow(/w\.yaml:10:34.*\nw\.yaml:13:24/);
  });
});

test('queries come by weight, and parameters do not change which', () => {
  const { queries } = parseWorkload(GOOD, 'w.yaml');
  const mix = new QueryMix(queries, seededRandom(5));
  const drawn = Array.from({ length: 8000 }, () => mix.draw(mix.nextIndex()));
  const share = drawn.filter(({ index }) => index === 0).length / drawn.length;
  expect(share).toBeGreaterThan(0.73);
  expect(share).toBeLessThan(0.77);
  const bare = new QueryMix(queries, seededRandom(5));
  expect(Array.from({ length: 100 }, () => bare.nextIndex())).toEqual(drawn.slice(0, 100).map(({ index }) => index));
});

test('parameters have their distribution', () => {
  const random = seededRandom(9);
  const many = (source: Parameters<typeof drawParameter>[0]) =>
    Array.from({ length: 20_000 }, () => drawParameter(source, random));
  const dates = new Set(many({ date: ['1994-01-01', '1994-01-03'] }));
  expect([...dates].sort()).toEqual(['1994-01-01', '1994-01-02', '1994-01-03']);
  expect(new Set(many({ integer: [3, 5] }))).toEqual(new Set([3, 4, 5]));
  // Zipf with exponent 1 over 1,000 values: the chance of k is 1 / (k H(1000)), H(1000) = 7.48547.
  const zipf = many({ zipf: { values: 1000, exponent: 1 } });
  for (const k of [1, 2, 10]) {
    const expected = 20_000 / (k * 7.48547);
    expect(Math.abs(zipf.filter((value) => value === k).length - expected)).toBeLessThan(4 * Math.sqrt(expected));
  }
  const weighted = many({ choice: ['a', 'b'], weights: [1, 3] });
  expect(weighted.filter((value) => value === 'b').length / 20_000).toBeCloseTo(0.75, 1);
});
