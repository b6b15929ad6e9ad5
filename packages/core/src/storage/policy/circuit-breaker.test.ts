import { expect, test } from 'vitest';
import { QueryError } from '../../error/index.ts';
import { VirtualTime } from '../../runtime/virtual-time.fixture.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

const lost = new QueryError('CONNECTION_LOST', 'The server is gone.');

function codeOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as QueryError).code;
  }
}

test('opens after failures in a row, lets one request try, and opens for longer when that fails', async () => {
  const time = new VirtualTime();
  const breaker = new CircuitBreaker({ numFailures: 3, coolDownMs: 100 }, time);
  const ask = () => codeOf(() => breaker.requireClosed('a'));
  for (let i = 0; i < 2; i++) breaker.fail('a', lost);
  breaker.succeed('a');
  for (let i = 0; i < 3; i++) {
    expect(ask()).toBeUndefined();
    breaker.fail('a', lost);
  }
  expect(ask()).toBe('CIRCUIT_OPEN');
  expect(codeOf(() => breaker.requireClosed('b'))).toBeUndefined();

  await time.pass(100);
  expect([ask(), ask()]).toEqual([undefined, 'CIRCUIT_OPEN']);
  breaker.fail('a', lost);
  await time.pass(150);
  expect(ask()).toBe('CIRCUIT_OPEN');
  await time.pass(50);
  expect(ask()).toBeUndefined();
  breaker.abandon('a');
  expect(ask()).toBeUndefined();
  breaker.succeed('a');
  expect([ask(), ask()]).toEqual([undefined, undefined]);
});

test('failures of requests that were in flight when it opened do not keep it open', async () => {
  const time = new VirtualTime();
  const breaker = new CircuitBreaker({ numFailures: 3, coolDownMs: 100 }, time);
  for (let i = 0; i < 10; i++) breaker.fail('a', lost);
  await time.pass(100);
  expect(codeOf(() => breaker.requireClosed('a'))).toBeUndefined();
});

test('says what has failed last and when it is tried again', () => {
  const breaker = new CircuitBreaker({ numFailures: 1, coolDownMs: 100 }, new VirtualTime());
  breaker.fail('lake/orders', lost);
  expect(() => breaker.requireClosed('lake/orders')).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('The server is gone.'),
      details: expect.objectContaining({ group: 'lake/orders', retryAfterMs: 100 }),
      cause: lost,
    }),
  );
});
