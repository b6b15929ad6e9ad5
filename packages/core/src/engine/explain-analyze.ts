import type { PhysicalPlan, StageGraph, TaskReport } from '../physical/index.ts';
import { formatCount, formatStageGraph } from '../physical/plan-display.ts';

/**
 * The stages with what each operator did: rows beside the estimate, time over all tasks, and the counters that it keeps (bytes decoded,
 * columns that went to the fallback decoder).
 */
export function formatAnalyzedStages(graph: StageGraph, reports: readonly TaskReport[]): string {
  const totals = new Map<number, { rows: number; batches: number; cpuMs: number; extra: Map<string, number> }>();
  for (const { operators } of reports) {
    for (const { node, numRows, numBatches, cpuMs, extra } of operators) {
      const total = totals.get(node) ?? { rows: 0, batches: 0, cpuMs: 0, extra: new Map<string, number>() };
      total.rows += numRows;
      total.batches += numBatches;
      total.cpuMs += cpuMs;
      for (const [name, value] of Object.entries(extra)) total.extra.set(name, (total.extra.get(name) ?? 0) + value);
      totals.set(node, total);
    }
  }
  return formatStageGraph(graph, (plan: PhysicalPlan) => {
    const total = totals.get(plan.id);
    if (!total) return '  (never run)';
    const expected = plan.estimatedRows === undefined ? '' : ` (expected ~${formatCount(plan.estimatedRows)})`;
    const extra = [...total.extra]
      .filter(([, value]) => value !== 0)
      .map(([name, value]) => `${name} ${formatCount(value)}`)
      .join(', ');
    return `\n${formatCount(total.rows)} rows${expected}, ${total.cpuMs.toFixed(1)} ms, ${formatCount(total.batches)} batches${
      extra ? `, ${extra}` : ''
    }`;
  });
}
