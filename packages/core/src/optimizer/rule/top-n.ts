import { rewritePlan } from '../../logical/index.ts';
import type { Rule } from '../rule.ts';

/** More rows than this are sorted as a whole: a heap of that size is no cheaper. */
const LARGEST_TOP_N = 100_000;

/**
 * Sorting for the first rows only keeps only the first rows.
 *
 * ```
 * Limit 10                     →    TopN 10 by a
 * └─ Sort a                         └─ Scan t [a]
 *    └─ Scan t [a]
 * ```
 */
export const topN: Rule = {
  name: 'top-n',
  apply: (plan) =>
    rewritePlan(plan, (node) => {
      if (node.kind !== 'Limit' || node.limit === undefined) return node;
      const { input, limit, offset } = node;
      if (limit + offset > LARGEST_TOP_N) return node;
      if (input.kind === 'Sort') {
        return { kind: 'TopN', columns: node.columns, input: input.input, keys: input.keys, limit, offset };
      }
      // The projection that drops hidden sort keys stands between the two.
      if (input.kind === 'Project' && input.input.kind === 'Sort') {
        const { input: sort } = input;
        return {
          ...input,
          input: { kind: 'TopN', columns: sort.columns, input: sort.input, keys: sort.keys, limit, offset },
        };
      }
      return node;
    }),
};
