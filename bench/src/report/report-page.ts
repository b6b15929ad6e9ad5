import type { Plan } from '../plan/plan-report.ts';
import type { Scorecard } from '../verify/scorecard.ts';
export function reportPage({ plan }: { readonly plan: Plan; readonly scorecard: Scorecard | undefined }): string {
  return `<!doctype html><title>${plan.workload.name}</title>`;
}
