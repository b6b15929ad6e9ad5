import type { Expression, LiteralExpression } from '../../expression/index.ts';
import { expressionKey, rewriteExpression, splitConjuncts } from '../../expression/traverse.ts';
import { mapNodeExpressions, rewritePlan } from '../../logical/index.ts';
import { BOOLEAN } from '../../types/index.ts';
import type { Rule } from '../rule.ts';

/**
 * Boolean algebra that holds in three-valued logic.
 *
 * ```
 * Filter a = 1 AND true AND a = 1                      →    Filter a = 1
 * Filter (k = j AND a = 1) OR (k = j AND a = 2)        →    Filter k = j AND (a = 1 OR a = 2)
 * ```
 *
 * The second form matters most: a join condition that every branch of an OR repeats becomes a condition to join on.
 */
export const simplifyExpressions: Rule = {
  name: 'simplify-expressions',
  apply: (plan) => rewritePlan(plan, (node) => mapNodeExpressions(node, (e) => rewriteExpression(e, simplify))),
};

function simplify(expression: Expression): Expression {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return simplifyLogical(expression.kind, expression.args);
    case 'not':
      return simplifyNot(expression.arg, expression);
    case 'is-null':
      return expression.arg.kind === 'literal'
        ? booleanLiteral((expression.arg.value === null) !== expression.negated)
        : expression;
    case 'case': {
      const branches = expression.branches.filter(({ when }) => !isFalseOrNull(when));
      const decided = branches.findIndex(({ when }) => isLiteral(when, true));
      const kept = decided < 0 ? branches : branches.slice(0, decided);
      const otherwise = decided < 0 ? expression.otherwise : branches[decided]!.then;
      if (kept.length === 0) return otherwise ?? { kind: 'literal', type: expression.type, value: null };
      return kept.length === expression.branches.length ? expression : { ...expression, branches: kept, otherwise };
    }
    case 'coalesce': {
      const args = expression.args.filter((arg) => !(arg.kind === 'literal' && arg.value === null));
      const first = args[0];
      if (!first) return { kind: 'literal', type: expression.type, value: null };
      if (args.length === 1 || first.kind === 'literal') return first;
      return args.length === expression.args.length ? expression : { ...expression, args };
    }
    default:
      return expression;
  }
}

function simplifyLogical(kind: 'and' | 'or', given: readonly Expression[]): Expression {
  const absorbing = kind === 'or';
  const seen = new Map<string, Expression>();
  for (const arg of given.flatMap((part) => (part.kind === kind ? part.args : [part]))) {
    if (isLiteral(arg, absorbing)) return booleanLiteral(absorbing);
    if (isLiteral(arg, !absorbing)) continue;
    const key = expressionKey(arg);
    if (!seen.has(key)) seen.set(key, arg);
  }
  const args = [...seen.values()];
  if (args.length === 0) return booleanLiteral(!absorbing);
  if (args.length === 1) return args[0]!;
  return kind === 'or' ? factorCommonConjuncts(args) : { kind, type: BOOLEAN, args };
}

/** `(a AND b) OR (a AND c)` is `a AND (b OR c)`. */
function factorCommonConjuncts(args: readonly Expression[]): Expression {
  const branches = args.map((arg) => new Map(splitConjuncts(arg).map((part) => [expressionKey(part), part] as const)));
  const [first, ...others] = branches;
  const common = [...first!.keys()].filter((key) => others.every((branch) => branch.has(key)));
  if (common.length === 0) return { kind: 'or', type: BOOLEAN, args };
  const rest = branches.map((branch) => {
    const parts = [...branch].filter(([key]) => !common.includes(key)).map(([, part]) => part);
    return simplifyLogical('and', parts);
  });
  return simplifyLogical('and', [...common.map((key) => first!.get(key)!), simplifyLogical('or', rest)]);
}

const NEGATED: Readonly<Record<string, string>> = { '=': '<>', '<>': '=', '~~': '!~~', '!~~': '~~' };

function simplifyNot(arg: Expression, whole: Expression): Expression {
  if (arg.kind === 'literal') return arg.value === null ? arg : booleanLiteral(!arg.value);
  if (arg.kind === 'not') return arg.arg;
  if (arg.kind === 'is-null' || arg.kind === 'in-list') return { ...arg, negated: !arg.negated };
  if (arg.kind === 'call') {
    const name = NEGATED[arg.name];
    if (name && arg.overload.startsWith(`${arg.name}(`)) {
      return { ...arg, name, overload: name + arg.overload.slice(arg.name.length) };
    }
  }
  return whole;
}

function isLiteral(expression: Expression, value: boolean): boolean {
  return expression.kind === 'literal' && expression.value === value;
}

function isFalseOrNull(expression: Expression): boolean {
  return expression.kind === 'literal' && (expression.value === false || expression.value === null);
}

function booleanLiteral(value: boolean): LiteralExpression {
  return { kind: 'literal', type: BOOLEAN, value };
}
