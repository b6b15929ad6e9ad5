import { describe, expect, it } from 'vitest';
import { KernelMemory } from './kernel-memory.ts';
import { microText } from './measure-kernels.ts';
import { OPERATOR_CASES } from './operator-cases.ts';
import { PARQUET_CASES } from './parquet-cases.ts';
import { VECTOR_CASES } from './vector-cases.ts';

describe('the measured kernels', () => {
  it.each(
    [...PARQUET_CASES, ...VECTOR_CASES, ...OPERATOR_CASES].map((kernelCase) => [kernelCase.name, kernelCase] as const),
  )('%s gives the right result each time', async (_, { prepare }) => {
    const { run, isRight } = await prepare(new KernelMemory());
    run();
    expect(isRight()).toBe(true);
    run();
    expect(isRight()).toBe(true);
  });
});

describe('microText', () => {
  it('shows the kernels beside what is known', () => {
    const machine = {
      cpuModel: 'Some CPU',
      numCores: 2,
      memoryBytes: 2 ** 33,
      system: 'linux',
      nodeVersion: 'v24.0.0',
      loadBefore: 0,
    };
    const text = microText({
      schema: 'micro@1',
      startedAt: '2026-01-02T03:04:05.000Z',
      machine,
      kernels: [
        { name: 'unpack', unit: 'value', ns: 0.5, plainNs: 2, bestKnown: { ns: 0.25, source: 'a paper' } },
        { name: 'hash', unit: 'value', ns: 1, plainNs: 4 },
      ],
    });
    expect(text).toContain('unpack  value  0.50    2.00           2.00        0.25');
    expect(text).toContain('hash    value  1.00    1.00           4.00');
    expect(text).toMatch(/best known: a paper$/);
  });
});
