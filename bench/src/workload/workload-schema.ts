import { z } from 'zod';
import { parseDuration, parseRate, parseShare } from './unit-text.ts';

/** A text with a unit, turned into a number. */
function unitText(parse: (text: string) => number | undefined, expected: string) {
  return z.string({ error: `must be ${expected}` }).transform((text, context): number => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `must be ${expected}, not '${text}'` });
    return z.NEVER;
  });
}

const duration = unitText(parseDuration, "a duration such as '250ms', '10s', '5min', '2h' or '1d'");
const rate = unitText(parseRate, "a rate such as '20/s', '600/min' or '5000/h'");
const share = z
  .union([z.string(), z.number()], { error: "must be a share such as '5%' or 0.05" })
  .transform((value, context): number => {
    const parsed = parseShare(value);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: `must be a share such as '5%' or 0.05, not '${value}'` });
    return z.NEVER;
  });
const target = z
  .number({ error: 'must be a number between 0 and 1, such as 0.95' })
  .gt(0, { error: 'must be above 0' })
  .lt(1, { error: 'must be below 1: an objective without an error budget cannot be kept' });

const parameter = z.union(
  [
    z.strictObject({ constant: z.union([z.string(), z.number(), z.boolean()]) }),
    z.strictObject({ uniform: z.tuple([z.number(), z.number()]), decimals: z.int().min(0).max(12).default(6) }),
    z.strictObject({ integer: z.tuple([z.int(), z.int()]) }),
    z.strictObject({ zipf: z.strictObject({ values: z.int().min(1), exponent: z.number().min(0) }) }),
    z.strictObject({
      choice: z.array(z.union([z.string(), z.number()])).min(1),
      weights: z.array(z.number().min(0)).optional(),
    }),
    z.strictObject({ date: z.tuple([z.iso.date(), z.iso.date()]) }),
  ],
  { error: 'must be one of constant, uniform: [a, b], integer: [a, b], zipf, choice: [...], date: [from, to]' },
);

const query = z
  .strictObject({
    name: z.string().regex(/^[\w./-]+$/, { error: 'must be a name of letters, digits, _, -, . and /' }),
    sql: z.string().min(1).optional(),
    tpch: z.int().min(1).max(22).optional(),
    weight: z.number().gt(0, { error: 'must be above 0' }).default(1),
    tenant: z.string().default('default'),
    /** The values of $1, $2 and so on. */
    parameters: z.array(parameter).default([]),
    /** How often the values of an earlier run of this query come again. */
    repeat: share.default(0),
  })
  .superRefine((value, context) => {
    if ((value.sql === undefined) === (value.tpch === undefined)) {
      context.addIssue({ code: 'custom', message: 'needs either sql (a text) or tpch (the number of a TPC-H query)' });
    }
  });

const simpleArrivals = [
  z.strictObject({ kind: z.literal('constant'), rate }),
  z.strictObject({ kind: z.literal('poisson'), rate }),
  z.strictObject({
    kind: z.literal('diurnal'),
    /** The mean of a day. */
    rate,
    /** How far the peak lies above the mean, as a share of it. */
    amplitude: share.default(0.6),
    peak: duration.default(14 * 3600e3),
    period: duration.default(86_400e3),
  }),
  z.strictObject({
    kind: z.literal('mmpp'),
    /** States that follow each other at random; the time in each is exponential. */
    states: z.array(z.strictObject({ rate, mean: duration })).min(2),
  }),
  z.strictObject({ kind: z.literal('on-off'), rate, on: duration, off: duration }),
  z.strictObject({
    kind: z.literal('cron'),
    schedule: z.string(),
    /** Queries at each time. */
    burst: z.int().min(1).default(1),
    start: z.iso.datetime().default('2026-01-05T00:00:00Z'),
  }),
  z.strictObject({ kind: z.literal('replay'), file: z.string().min(1) }),
  z.strictObject({ kind: z.literal('closed'), clients: z.int().min(1).max(1_000_000), think: duration.default(0) }),
] as const;

const single = z.discriminatedUnion('kind', simpleArrivals, {
  error: 'kind must be constant, poisson, diurnal, mmpp, on-off, cron, replay, closed or sum',
});
const arrivals = z.discriminatedUnion(
  'kind',
  [...simpleArrivals, z.strictObject({ kind: z.literal('sum'), of: z.array(single).min(1) })],
  { error: 'kind must be constant, poisson, diurnal, mmpp, on-off, cron, replay, closed or sum' },
);

const objective = z.strictObject({ within: duration, target });

/** What a workload file says; see `docs/workload-spec.md` of `bench/`. */
export const workloadSchema = z.strictObject({
  schema: z.literal('workload@1', { error: "must be 'workload@1', the version that this program reads" }),
  name: z.string().min(1),
  seed: z.int().min(0).default(1),
  data: z.strictObject({
    suite: z.literal('tpch'),
    scaleFactor: z.number().gt(0).max(1000),
    compression: z.enum(['snappy', 'zstd', 'none']).default('snappy'),
  }),
  queries: z.array(query).min(1),
  arrivals,
  growth: z
    .strictObject({
      trafficPerMonth: share.default(0),
      dataPerMonth: share.default(0),
      /** Factors of twelve months on the traffic, January first. */
      season: z.array(z.number().gt(0)).length(12).optional(),
      horizonMonths: z.int().min(1).max(60).default(12),
      start: z.iso.date().optional(),
    })
    .default({ trafficPerMonth: 0, dataPerMonth: 0, horizonMonths: 12 }),
  client: z
    .strictObject({
      timeout: duration.default(60e3),
      retries: z.int().min(0).max(10).default(0),
      backoff: duration.default(1000),
    })
    .default({ timeout: 60e3, retries: 0, backoff: 1000 }),
  tenants: z
    .record(
      z.string(),
      z.strictObject({ weight: z.number().gt(0).default(1), priority: z.int().min(0).max(9).default(5) }),
    )
    .default({}),
  slo: z.strictObject({
    compute: z.strictObject({
      latency: objective,
      queueWait: objective.optional(),
      success: z.strictObject({ target }).default({ target: 0.999 }),
    }),
    storage: z
      .strictObject({
        firstByte: objective.default({ within: 1000, target: 0.99 }),
        /** Share of requests that may fail for good. */
        errors: share.default(0.0001),
        /** Share of requests that may be answered with 503. */
        throttled: share.default(0.01),
      })
      .default({ firstByte: { within: 1000, target: 0.99 }, errors: 0.0001, throttled: 0.01 }),
  }),
});

/** A workload: what is asked, when, by whom, and what must be kept. Times in milliseconds, rates in 1/s, shares from 0 to 1. */
export type Workload = z.output<typeof workloadSchema>;
export type WorkloadQuery = Workload['queries'][number];
export type ParameterSource = WorkloadQuery['parameters'][number];
export type ArrivalSpec = Workload['arrivals'];
export type SimpleArrivalSpec = Exclude<ArrivalSpec, { kind: 'sum' }>;
