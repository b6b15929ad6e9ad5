import type { Random } from 'millrace';
import { tpchQuery } from '../tpch/index.ts';
import type { ParameterSource, Workload, WorkloadQuery } from './workload-schema.ts';

/** A query as it is sent. */
export interface DrawnQuery {
  /** Position in the workload's list. */
  readonly index: number;
  readonly sql: string;
  readonly parameters: readonly (string | number | boolean)[];
}

/** Runs of a query that are remembered for `repeat`. */
const NUM_REMEMBERED = 64;
const DAY_MS = 86_400_000;

/** The SQL of a query of a workload. */
function queryText({ sql, tpch }: WorkloadQuery): string {
  return sql ?? tpchQuery(tpch!);
}

/**
 * Draws queries by weight and their parameters by distribution. Which query comes does not depend on what its parameters
 * are, so that the simulator, which needs no parameters, sees the same queries as the live driver.
 */
export class QueryMix {
  readonly #queries: Workload['queries'];
  readonly #cumulative: number[] = [];
  readonly #classRandom: Random;
  readonly #parameterRandom: Random;
  readonly #texts: string[];
  readonly #remembered: DrawnQuery['parameters'][][];

  constructor(queries: Workload['queries'], random: Random) {
    this.#queries = queries;
    this.#classRandom = random.fork('query class');
    this.#parameterRandom = random.fork('query parameters');
    this.#texts = queries.map(queryText);
    this.#remembered = queries.map(() => []);
    let total = 0;
    for (const { weight } of queries) {
      total += weight;
      this.#cumulative.push(total);
    }
  }

  /** The position of the next query in the workload's list. */
  nextIndex(): number {
    const at = this.#classRandom.next() * this.#cumulative.at(-1)!;
    let index = 0;
    while (this.#cumulative[index]! <= at) index++;
    return index;
  }

  /** The text and the parameters of a query at the position. */
  draw(index: number): DrawnQuery {
    const { parameters, repeat } = this.#queries[index]!;
    const remembered = this.#remembered[index]!;
    const random = this.#parameterRandom;
    const sql = this.#texts[index]!;
    if (remembered.length > 0 && random.next() < repeat) {
      return { index, sql, parameters: remembered[Math.floor(random.next() * remembered.length)]! };
    }
    const values = parameters.map((source) => drawParameter(source, random));
    remembered.push(values);
    if (remembered.length > NUM_REMEMBERED) remembered.shift();
    return { index, sql, parameters: values };
  }
}

/** A value of a parameter's distribution. */
export function drawParameter(source: ParameterSource, random: Random): string | number | boolean {
  if ('constant' in source) return source.constant;
  if ('uniform' in source) {
    const [low, high] = source.uniform;
    return Number((low + random.next() * (high - low)).toFixed(source.decimals));
  }
  if ('integer' in source) {
    const [low, high] = source.integer;
    return low + Math.floor(random.next() * (high - low + 1));
  }
  if ('zipf' in source) return drawZipf(source.zipf.values, source.zipf.exponent, random);
  if ('choice' in source) return drawChoice(source.choice, source.weights, random);
  const [from, to] = source.date.map((text) => Date.parse(text));
  const days = Math.floor((to! - from!) / DAY_MS) + 1;
  return new Date(from! + Math.floor(random.next() * days) * DAY_MS).toISOString().slice(0, 10);
}

function drawChoice<T>(choice: readonly T[], weights: readonly number[] | undefined, random: Random): T {
  if (!weights) return choice[Math.floor(random.next() * choice.length)]!;
  let at = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    at -= weight;
    return at < 0;
  });
  return choice[index === -1 ? choice.length - 1 : index]!;
}

/**
 * A number from 1 to `values`, `k` with a chance proportional to `k ** -exponent`, by rejection inversion: no table.
 *
 * Source: Hörmann and Derflinger, Rejection-inversion to generate variates from monotone discrete distributions (1996).
 */
function drawZipf(values: number, exponent: number, random: Random): number {
  const integral = (x: number) => (exponent === 1 ? Math.log(x) : (x ** (1 - exponent) - 1) / (1 - exponent));
  const inverse = (y: number) => (exponent === 1 ? Math.exp(y) : (1 + y * (1 - exponent)) ** (1 / (1 - exponent)));
  const low = integral(1.5) - 1;
  const high = integral(values + 0.5);
  for (;;) {
    const y = low + random.next() * (high - low);
    const x = inverse(y);
    const k = Math.min(values, Math.max(1, Math.round(x)));
    if (y >= integral(k + 0.5) - k ** -exponent) return k;
  }
}
