import { expect, test } from 'vitest';
import type { RequestRecord } from '../host/host-messages.ts';
import { requestRounds } from './request-rounds.ts';

const record = (startedMs: number, totalMs: number): RequestRecord => ({
  operation: 'get',
  path: 'p',
  offset: 0,
  bytes: 1,
  startedMs,
  firstByteMs: totalMs,
  totalMs,
  outcome: 'done',
});

test('requests that begin before any of the round was answered are of the same round', () => {
  expect(requestRounds([record(0, 10), record(1, 30), record(11, 5), record(40, 5)])).toEqual([2, 1, 1]);
  expect(requestRounds([record(5, 1), record(0, 4)])).toEqual([1, 1]);
  expect(requestRounds([])).toEqual([]);
});
