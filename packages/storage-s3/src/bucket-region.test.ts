import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BucketRegion } from './bucket-region.ts';

beforeEach(() => {
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere/credentials');
});
afterEach(() => vi.unstubAllEnvs());

test('the settings come first, then the environment, then us-east-1', async () => {
  expect(await new BucketRegion({ bucket: 'b' }).get()).toBe('us-east-1');
  expect(await new BucketRegion({ bucket: 'b', endpoint: 'http://localhost' }).get()).toBe('us-east-1');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  expect(await new BucketRegion({ bucket: 'b' }).get()).toBe('eu-west-1');
  expect(await new BucketRegion({ bucket: 'b', region: 'eu-north-1' }).get()).toBe('eu-north-1');
});

test('what AWS says is learned once, and only when a request was refused for it', async () => {
  const region = new BucketRegion({ bucket: 'b', region: 'eu-north-1' });
  const headers = { 'x-amz-bucket-region': 'ap-south-1' };
  expect(await region.learn(403, headers)).toBe(false);
  expect(await region.learn(301, {})).toBe(false);
  expect(await region.learn(301, headers)).toBe(true);
  expect(await region.get()).toBe('ap-south-1');
  expect(await region.learn(301, headers)).toBe(false);
  const elsewhere = new BucketRegion({ bucket: 'b', endpoint: 'http://localhost' });
  expect(await elsewhere.learn(301, headers)).toBe(false);
});
