import { expect } from 'vitest';
import { someExpression } from '../expression/traverse.ts';
import { checkLogicalPlan, formatLogicalPlan, type LogicalPlan } from '../logical/index.ts';
import type { OptimizerContext, Rule } from './rule.ts';

/** A context in which `random` is volatile, `now` stable, and `evaluate` adds two numbers. */
export function ruleContext(newColumnId: () => number): OptimizerContext {
  const isVolatile: OptimizerContext['isVolatile'] = (expression) =>
    someExpression(expression, (part) => part.kind === 'call' && part.name === 'random');
  return {
    newColumnId,
    isVolatile,
    isImmutable: (expression) => !isVolatile(expression),
    evaluate: (expression) => {
      if (expression.kind !== 'call' || expression.name !== '+') throw new Error('only + is known here');
      return expression.args.reduce((sum, arg) => sum + (arg.kind === 'literal' ? Number(arg.value) : Number.NaN), 0);
    },
  };
}

/** Expects a plan before and after a rule, as text; both must satisfy the plan checker. */
export function expectRewrite(
  rule: Rule,
  plan: LogicalPlan,
  newColumnId: () => number,
  texts: { readonly before: string; readonly after: string },
): LogicalPlan {
  const trim = (text: string) =>
    text
      .replace(/^\n/, '')
      .replace(/\n\s*$/, '')
      .replaceAll(/^ {6}/gm, '');
  checkLogicalPlan(plan, 'the test');
  expect(formatLogicalPlan(plan)).toBe(trim(texts.before));
  const rewritten = rule.apply(plan, ruleContext(newColumnId));
  checkLogicalPlan(rewritten, rule.name);
  expect(formatLogicalPlan(rewritten)).toBe(trim(texts.after));
  return rewritten;
}
