/** Codes of the comparison operators for kernels. Kept equal with `kernels/expression/comparison-mask.ts`. */
export const COMPARISON = { '=': 0, '<>': 1, '<': 2, '>=': 3, '<=': 4, '>': 5 } as const;

export type ComparisonOperator = keyof typeof COMPARISON;

const MIRRORED = { '=': '=', '<>': '<>', '<': '>', '>=': '<=', '<=': '>=', '>': '<' } as const;

/** The operator that gives the same answer with its operands exchanged. */
export function mirrored(operator: ComparisonOperator): ComparisonOperator {
  return MIRRORED[operator];
}
