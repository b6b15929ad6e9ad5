import { measure } from 'mitata';
import { alignedTable, type Cell } from '../aligned-table.ts';
import { type Machine, machineText } from '../engines/machine.ts';
import type { BestKnown, KernelCase } from './kernel-case.ts';
import { KernelMemory } from './kernel-memory.ts';

/** What a kernel takes, in nanoseconds a unit: medians of mitata's samples. */
export interface KernelFigures {
  readonly name: string;
  readonly unit: 'value' | 'byte';
  readonly ns: number;
  /** The same work in JavaScript, in the same run. */
  readonly plainNs: number;
  readonly bestKnown?: BestKnown;
}

/** What `bench micro --json` writes. */
export interface MicroReport {
  readonly schema: 'micro@1';
  readonly startedAt: string;
  readonly machine: Machine;
  readonly kernels: readonly KernelFigures[];
}

/** Measures a kernel. Rejects when its result is wrong: a wrong kernel's time says nothing. */
export async function measureKernel({ name, unit, numUnits, bestKnown, prepare }: KernelCase): Promise<KernelFigures> {
  const { run, isRight, plain } = await prepare(new KernelMemory());
  run();
  if (!isRight()) throw new Error(`the kernel ${name} gives a wrong result`);
  const kernel = await measure(run);
  const reference = await measure(plain);
  return {
    name,
    unit,
    ns: kernel.p50 / numUnits,
    plainNs: reference.p50 / numUnits,
    ...(bestKnown === undefined ? {} : { bestKnown }),
  };
}

/** The report as text. */
export function microText({ machine, kernels }: MicroReport): string {
  const rows = kernels.map(({ name, unit, ns, plainNs, bestKnown }): Cell[] => [
    name,
    unit,
    ns.toFixed(2),
    (1 / ns).toFixed(2),
    plainNs.toFixed(2),
    bestKnown === undefined ? '' : bestKnown.ns.toFixed(2),
  ]);
  const sources = new Set(kernels.flatMap(({ bestKnown }) => (bestKnown === undefined ? [] : [bestKnown.source])));
  return [
    machineText(machine),
    '',
    alignedTable(['kernel', 'unit', 'ns', '10^9/s', 'JavaScript ns', 'best known'], rows),
    '',
    ...[...sources].map((source) => `best known: ${source}`),
  ].join('\n');
}
