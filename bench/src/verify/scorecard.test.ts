import { describe, expect, test } from 'vitest';
import { missReasons } from './miss-reasons.ts';
import { TOY_SCORECARD } from './scorecard.fixture.ts';
import { allChecks, gateCheck } from './scorecard.ts';
import { scorecardText } from './scorecard-text.ts';

describe('gates', () => {
  // The verification table of the planner's design.
  test.each([
    ['getsPerQuery', 100, 104.9, true],
    ['getsPerQuery', 100, 105.1, false],
    ['bytesPerQuery', 100, 97.9, false],
    ['cpuUtilisation', 0.5, 0.549, true],
    ['p50Ms', 100, 115.1, false],
    ['p95Ms', 100, 76, true],
    ['dollarsPerThousand', 1, 1.11, false],
    ['kneePerSecond', 20, 17.1, true],
  ] as const)('%s predicted %f measured %f', (figure, predicted, measured, passes) => {
    expect(gateCheck(figure, predicted, measured).passes).toBe(passes);
  });
});

test('misses are shown with their reasons', () => {
  const text = scorecardText(TOY_SCORECARD);
  expect(text).toMatch(/response p95 +200 ms +300 ms +\+50\.0 % +± 25 % +MISSED/);
  expect(text).toContain('2 of 3 gates kept');
  expect(allChecks(TOY_SCORECARD)).toHaveLength(3);
  const reasons = missReasons(allChecks(TOY_SCORECARD), 0.3, 1.4).join('\n');
  expect(reasons).toMatch(/the same work varied by 30 %/);
  expect(reasons).toMatch(/p50 changed by 40 %/);
  expect(reasons).toMatch(/response p95: The tail near the knee/);
});
