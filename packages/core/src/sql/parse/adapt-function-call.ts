import type { FuncCall, Node, SQLValueFunction } from 'libpg-query';
import { QueryError, unsupported } from '../../error/index.ts';
import type { AstCall, AstCurrentTime, AstExpression, AstNamedArgument } from '../ast/index.ts';
import { type AdaptContext, stringsOf } from './adapt-context.ts';
import { adaptSortItems } from './adapt-sort-items.ts';
import { adaptWindow } from './adapt-window.ts';

export function adaptFunctionCall(context: AdaptContext, node: FuncCall): AstCall {
  const span = node.location === -1 ? (context.firstToken(node.args) ?? context.name(0)) : context.name(node.location);
  context.refuseOthers(
    'a call',
    node,
    [
      'funcname',
      'args',
      'agg_order',
      'agg_filter',
      'agg_star',
      'agg_distinct',
      'agg_within_group',
      'over',
      'funcformat',
      'location',
    ],
    span,
  );
  const path = stringsOf(node.funcname);
  const { args, named } = splitArguments(context, node.args);
  return {
    kind: 'call',
    path: path[0] === 'pg_catalog' ? path.slice(1) : path,
    args,
    named,
    star: node.agg_star ?? false,
    distinct: node.agg_distinct ?? false,
    orderBy: adaptSortItems(context, node.agg_order),
    withinGroup: node.agg_within_group ?? false,
    filter: context.optional(node.agg_filter),
    over: node.over && adaptWindow(context, node.over, span),
    span,
  };
}

/** Positional arguments, then those written `name => value`. */
export function splitArguments(
  context: AdaptContext,
  nodes: readonly Node[] | undefined,
): { args: AstExpression[]; named: AstNamedArgument[] } {
  const args: AstExpression[] = [];
  const named: AstNamedArgument[] = [];
  for (const node of nodes ?? []) {
    if ('NamedArgExpr' in node) {
      const argument = node.NamedArgExpr;
      context.refuseOthers('a named argument', argument, ['arg', 'name', 'argnumber', 'location']);
      named.push({
        name: argument.name ?? '',
        value: context.expression(argument.arg),
        span: context.token(argument.location),
      });
    } else {
      args.push(context.expression(node));
    }
  }
  return { args, named };
}

const CURRENT_TIME: Readonly<Record<string, AstCurrentTime['what']>> = {
  SVFOP_CURRENT_DATE: 'date',
  SVFOP_CURRENT_TIME: 'time',
  SVFOP_CURRENT_TIME_N: 'time',
  SVFOP_CURRENT_TIMESTAMP: 'timestamp',
  SVFOP_CURRENT_TIMESTAMP_N: 'timestamp',
  SVFOP_LOCALTIME: 'localtime',
  SVFOP_LOCALTIME_N: 'localtime',
  SVFOP_LOCALTIMESTAMP: 'localtimestamp',
  SVFOP_LOCALTIMESTAMP_N: 'localtimestamp',
};

/** `CURRENT_DATE` and its kin; the ones about users and catalogs stay calls that no registry knows. */
export function adaptValueFunction(context: AdaptContext, node: SQLValueFunction): AstExpression {
  context.refuseOthers('a value function', node, ['op', 'typmod', 'location']);
  const span = context.token(node.location);
  const what = CURRENT_TIME[node.op ?? ''];
  if (!what) throw unsupported(context.source.text.slice(span.start, span.end).toUpperCase(), span);
  const precision = node.typmod === undefined || node.typmod >= 0 ? (node.typmod ?? 0) : undefined;
  if (precision !== undefined && precision > 6) {
    throw new QueryError('INVALID_CLAUSE', `The precision of ${what} must be between 0 and 6.`, { span });
  }
  return { kind: 'current-time', what, precision, span };
}
