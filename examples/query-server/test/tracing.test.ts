import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { post, startServer, testData } from './server.fixture.ts';

test('spans go from the request to every read', async () => {
  using data = await testData();
  await data.write('t', 'SELECT i AS id FROM range(1000) r(i)');
  const spanExporter = new InMemorySpanExporter();
  await using server = await startServer(data.directory, ['t'], {}, { spanExporter });
  await (await post(server, 'SELECT sum(id * 2) AS s FROM t')).text();
  await expect.poll(() => spanExporter.getFinishedSpans().map(({ name }) => name)).toContain('POST /v1/queries');
  const spans = spanExporter.getFinishedSpans();
  const parentOf = (name: string) => {
    const span = spans.find((candidate) => candidate.name === name)!;
    return spans.find((candidate) => candidate.spanContext().spanId === span.parentSpanContext?.spanId)?.name;
  };
  expect(['admit', 'plan', 'stage 0', 'task 0.0', 'GET'].map(parentOf)).toEqual([
    'POST /v1/queries',
    'POST /v1/queries',
    'POST /v1/queries',
    'stage 0',
    'task 0.0',
  ]);
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
});
