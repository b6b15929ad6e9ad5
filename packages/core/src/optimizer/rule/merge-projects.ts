import type { ColumnId, Expression } from '../../expression/index.ts';
import { childrenOf, substituteColumns } from '../../expression/traverse.ts';
import { type ProjectNode, rewritePlan } from '../../logical/index.ts';
import type { OptimizerContext, Rule } from '../rule.ts';

/**
 * Two projections become one where that computes nothing twice; one that passes all on unchanged goes away.
 *
 * ```
 * Project b + 1 AS c           →    Project a * 2 + 1 AS c
 * └─ Project a * 2 AS b             └─ Scan t [a]
 *    └─ Scan t [a]
 * ```
 */
export const mergeProjects: Rule = {
  name: 'merge-projects',
  apply: (plan, context) =>
    rewritePlan(plan, (node) => {
      if (node.kind !== 'Project') return node;
      const { input } = node;
      if (input.kind === 'Project' && canMerge(node, input, context)) {
        const computed = new Map<ColumnId, Expression>(
          input.columns.map(({ id }, i) => [id, input.expressions[i]!] as const),
        );
        return {
          ...node,
          input: input.input,
          expressions: node.expressions.map((expression) => substituteColumns(expression, computed)),
        };
      }
      const passesAll =
        node.columns.length === input.columns.length &&
        node.columns.every(({ id }, i) => {
          const expression = node.expressions[i]!;
          return expression.kind === 'column' && expression.id === id && input.columns[i]!.id === id;
        });
      return passesAll && node.columns.every(({ name }, i) => name === input.columns[i]!.name) ? input : node;
    }),
};

function canMerge(outer: ProjectNode, inner: ProjectNode, context: OptimizerContext): boolean {
  const uses = new Map<ColumnId, number>();
  const count = (expression: Expression) => {
    if (expression.kind === 'column') uses.set(expression.id, (uses.get(expression.id) ?? 0) + 1);
    else for (const child of childrenOf(expression)) count(child);
  };
  outer.expressions.forEach(count);
  return inner.columns.every(({ id }, i) => {
    const expression = inner.expressions[i]!;
    const trivial = expression.kind === 'column' || expression.kind === 'literal';
    return trivial || ((uses.get(id) ?? 0) <= 1 && !context.isVolatile(expression));
  });
}
