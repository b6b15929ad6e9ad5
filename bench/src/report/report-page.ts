import type { Plan } from '../plan/plan-report.ts';
export function reportPage({ plan }: { readonly plan: Plan; readonly scorecard: undefined }): string {
  return `<!doctype html><title>${plan.workload.name}</title>`;
}
