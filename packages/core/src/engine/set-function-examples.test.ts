import { afterAll, expect, test } from 'vitest';
import { SET_FUNCTIONS } from '../expression/index.ts';
import { createEngine } from './index.ts';

const engine = createEngine();
afterAll(() => engine.close());

const EXAMPLES = [...SET_FUNCTIONS.values()].flatMap(({ examples }) => examples);

test.each(EXAMPLES)('$sql', async ({ sql, result }) => {
  const inList = await engine.query<{ value: string }>(`SELECT (${sql})::text AS value`).toArray();
  expect(inList.map(({ value }) => value)).toEqual(result);
  const inFrom = await engine.query<{ value: string }>(`SELECT v::text AS value FROM ${sql} AS t(v)`).toArray();
  expect(inFrom.map(({ value }) => value)).toEqual(result);
});
