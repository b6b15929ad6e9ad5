import type { A_Expr, Node } from 'libpg-query';
import { unsupported } from '../../error/index.ts';
import type { AstExpression } from '../ast/index.ts';
import { type AdaptContext, stringsOf } from './adapt-context.ts';

/** Operators, and what the grammar writes as operators: LIKE, IN, BETWEEN, ANY, NULLIF, IS DISTINCT FROM. */
export function adaptOperatorExpression(context: AdaptContext, node: A_Expr): AstExpression {
  const span = context.token(node.location);
  const known = ['kind', 'name', 'lexpr', 'rexpr', 'location', 'rexpr_list_start', 'rexpr_list_end'] as const;
  context.refuseOthers('an operator', node, known, span);
  const parts = stringsOf(node.name);
  if (parts.length > 1 && parts[0] !== 'pg_catalog') throw unsupported('An operator in a schema', span);
  const symbol = parts.at(-1) ?? '';
  const left = () => context.expression(node.lexpr);
  const right = () => context.expression(node.rexpr);
  switch (node.kind) {
    case 'AEXPR_OP':
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
    case 'AEXPR_SIMILAR':
      return {
        kind: 'operator',
        name: symbol === '!=' ? '<>' : symbol,
        left: context.optional(node.lexpr),
        right: right(),
        span,
      };
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return {
        kind: 'quantified',
        operator: symbol === '!=' ? '<>' : symbol,
        quantifier: node.kind === 'AEXPR_OP_ANY' ? 'any' : 'all',
        left: left(),
        array: right(),
        span,
      };
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return { kind: 'distinct-test', negated: node.kind === 'AEXPR_NOT_DISTINCT', left: left(), right: right(), span };
    case 'AEXPR_NULLIF':
      return { kind: 'nullif', left: left(), right: right(), span };
    case 'AEXPR_IN':
      return {
        kind: 'in-list',
        negated: symbol === '<>',
        arg: left(),
        items: context.expressions(itemsOf(node.rexpr)),
        span,
      };
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM': {
      const [low, high] = context.expressions(itemsOf(node.rexpr));
      return {
        kind: 'between',
        negated: node.kind.includes('NOT'),
        symmetric: node.kind.endsWith('SYM'),
        arg: left(),
        low: low!,
        high: high!,
        span,
      };
    }
    default:
      throw unsupported(`The operator ${symbol}`, span);
  }
}

function itemsOf(node: Node | undefined): readonly Node[] {
  return node && 'List' in node ? (node.List.items ?? []) : [];
}
