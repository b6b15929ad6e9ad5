import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from 'fauxqs';
import { s3Store } from 'millrace/s3';
import { expect, test } from 'vitest';
import { startQueryServer } from '../src/query-server.ts';
import { post, testData } from './server.fixture.ts';

test('tables in S3 work by configuration', async () => {
  using data = await testData();
  await data.write('numbers', 'SELECT i AS id FROM range(1000) r(i)');
  process.env.AWS_ACCESS_KEY_ID = 'test-key';
  process.env.AWS_SECRET_ACCESS_KEY = 'test-secret';
  const s3 = buildApp({ logger: false });
  const endpoint = (await s3.listen({ host: '127.0.0.1', port: 0 })).replace(/\/$/, '');
  try {
    await fetch(`${endpoint}/lake`, { method: 'PUT' });
    const store = s3Store({ bucket: 'lake', endpoint, region: 'us-east-1' });
    await store.put('day=1/numbers.parquet', readFileSync(join(data.directory, 'numbers.parquet')));
    await store.close();
    await using server = await startQueryServer({
      listen: { port: 0, adminPort: 0 },
      stores: { lake: { type: 's3', bucket: 'lake', endpoint, region: 'us-east-1' } },
      tables: { numbers: { location: 'lake/**/*.parquet', hivePartitioning: true } },
      limits: { eventLoopDelayMs: 0, requestsPerMinute: 3 },
      cors: { origins: ['https://app.example.com'] },
      telemetry: { log: 'silent' },
    });
    const answer = await post(server, 'SELECT day, sum(id) AS s FROM numbers GROUP BY day', {
      origin: 'https://app.example.com',
    });
    expect(await answer.json()).toMatchObject({ rows: [{ day: '1', s: '499500' }] });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    const others = await Promise.all(Array.from({ length: 6 }, () => post(server, 'SELECT 1 AS n')));
    const refused = others.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect([
      Number(refused[0]!.headers.get('retry-after')) > 0,
      ((await refused[0]!.json()) as { code: string }).code,
    ]).toEqual([true, 'RATE_LIMITED']);
  } finally {
    s3.server.closeAllConnections();
    await s3.close();
  }
});
