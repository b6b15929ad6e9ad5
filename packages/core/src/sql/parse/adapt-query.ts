import type { CommonTableExpr, Node, SelectStmt } from 'libpg-query';
import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type {
  AstCte,
  AstGroupItem,
  AstGroupingSets,
  AstQuery,
  AstQueryBody,
  AstSelect,
  AstSetOperation,
  AstValues,
} from '../ast/index.ts';
import { type AdaptContext, stringsOf, unwrap } from './adapt-context.ts';
import { adaptFromItem } from './adapt-from.ts';
import { adaptSortItems } from './adapt-sort-items.ts';
import { adaptNamedWindow } from './adapt-window.ts';

/** A query in any place: the outermost one, in parentheses, in FROM, in WITH. */
export function adaptQuery(context: AdaptContext, node: Node): AstQuery {
  if (!('SelectStmt' in node)) {
    const [kind] = unwrap(node);
    throw unsupported(`${kind.replace(/Stmt$/, '').toUpperCase()} in the place of a query`, context.firstToken(node));
  }
  return adaptSelectStatement(context, node.SelectStmt);
}

const BODY_FIELDS = [
  'distinctClause',
  'targetList',
  'fromClause',
  'whereClause',
  'groupClause',
  'groupDistinct',
  'havingClause',
  'windowClause',
  'valuesLists',
  'op',
  'all',
  'larg',
  'rarg',
] as const;
const TAIL_FIELDS = ['sortClause', 'limitOffset', 'limitCount', 'limitOption', 'withClause'] as const;

function adaptSelectStatement(context: AdaptContext, node: SelectStmt): AstQuery {
  const span = context.firstToken(node) ?? { start: 0, end: 0 };
  context.refuseOthers('SELECT', node, [...BODY_FIELDS, ...TAIL_FIELDS], span);
  if (node.limitOption === 'LIMIT_OPTION_WITH_TIES') {
    throw unsupported('FETCH FIRST ... WITH TIES', context.firstToken(node.limitCount) ?? span);
  }
  if (node.withClause) context.refuseOthers('WITH', node.withClause, ['ctes', 'recursive', 'location'], span);
  return {
    kind: 'query',
    span,
    ctes: (node.withClause?.ctes ?? []).map((cte) => adaptCte(context, cte)),
    recursive: node.withClause?.recursive ?? false,
    body: adaptBody(context, node, span),
    orderBy: adaptSortItems(context, node.sortClause),
    limit: context.optional(node.limitCount),
    offset: context.optional(node.limitOffset),
  };
}

function adaptBody(context: AdaptContext, node: SelectStmt, span: SourceSpan): AstQueryBody {
  if (node.op !== undefined && node.op !== 'SETOP_NONE') return adaptSetOperation(context, node, span);
  if (node.valuesLists && node.valuesLists.length > 0) return adaptValues(context, node.valuesLists, span);
  return adaptSelect(context, node, span);
}

function adaptCte(context: AdaptContext, node: Node): AstCte {
  const cte: CommonTableExpr = 'CommonTableExpr' in node ? node.CommonTableExpr : {};
  const span = context.token(cte.location);
  // MATERIALIZED and NOT MATERIALIZED are advice to the planner and change no answer.
  const known = ['ctename', 'aliascolnames', 'ctematerialized', 'ctequery', 'location'] as const;
  context.refuseOthers('WITH', cte, known, span);
  if (!cte.ctequery) throw unsupported('WITH without a query', span);
  return { name: cte.ctename ?? '', columns: stringsOf(cte.aliascolnames), query: context.query(cte.ctequery), span };
}

function adaptSelect(context: AdaptContext, node: SelectStmt, span: SourceSpan): AstSelect {
  const distinct = node.distinctClause ?? [];
  // Plain DISTINCT is a list with one empty node.
  const distinctOn = distinct.filter((item) => Object.keys(item).length > 0);
  return {
    kind: 'select',
    span,
    distinct: distinct.length > 0,
    distinctOn: context.expressions(distinctOn),
    items: (node.targetList ?? []).map((item) => {
      const target = 'ResTarget' in item ? item.ResTarget : {};
      context.refuseOthers('the select list', target, ['name', 'val', 'location'], span);
      const expression = context.expression(target.val);
      return { expression, alias: target.name, span: expression.span };
    }),
    from: (node.fromClause ?? []).map((item) => adaptFromItem(context, item)),
    where: context.optional(node.whereClause),
    groupBy: (node.groupClause ?? []).map((item) => adaptGroupItem(context, item)),
    groupDistinct: node.groupDistinct ?? false,
    having: context.optional(node.havingClause),
    windows: (node.windowClause ?? []).map((item) => adaptNamedWindow(context, item)),
  };
}

const GROUPING_SETS: Readonly<Record<string, AstGroupingSets['kind']>> = {
  GROUPING_SET_EMPTY: 'empty-set',
  GROUPING_SET_SETS: 'grouping-sets',
  GROUPING_SET_ROLLUP: 'rollup',
  GROUPING_SET_CUBE: 'cube',
};

function adaptGroupItem(context: AdaptContext, node: Node): AstGroupItem {
  if (!('GroupingSet' in node)) {
    const expression = context.expression(node);
    return { kind: 'group-expression', expression, span: expression.span };
  }
  const { kind, content, location } = node.GroupingSet;
  const span = context.token(location);
  const own = GROUPING_SETS[kind ?? ''];
  if (!own) throw unsupported('This kind of grouping set', span);
  const items = (content ?? []).map((item) => context.nested(1, item, () => adaptGroupItem(context, item)));
  return { kind: own, items, span };
}

function adaptValues(context: AdaptContext, lists: readonly Node[], span: SourceSpan): AstValues {
  const rows = lists.map((row) => context.expressions('List' in row ? row.List.items : []));
  const width = rows[0]!.length;
  const odd = rows.find((row) => row.length !== width);
  if (odd) {
    throw new QueryError('INVALID_CLAUSE', 'VALUES lists must all be the same length.', { span: odd[0]?.span ?? span });
  }
  return { kind: 'values', span, rows };
}

/** Left-deep chains of one operator become one node, without recursion: a thousand UNION ALLs are nothing unusual. */
function adaptSetOperation(context: AdaptContext, node: SelectStmt, span: SourceSpan): AstSetOperation {
  const operands: SelectStmt[] = [];
  const all = node.all ?? false;
  let first: SelectStmt = node;
  for (;;) {
    if (first.rarg) operands.unshift(first.rarg);
    first = first.larg ?? {};
    // EXCEPT is not associative in the operands' order either, but a left-deep chain reads the same flat.
    const same = first.op === node.op && (first.all ?? false) === all;
    if (!same || TAIL_FIELDS.some((field) => field !== 'limitOption' && first[field] !== undefined)) break;
    context.refuseOthers('SELECT', first, [...BODY_FIELDS, 'limitOption'], span);
  }
  operands.unshift(first);
  return {
    kind: 'set-operation',
    span,
    operator: (node.op ?? '').replace('SETOP_', '').toLowerCase() as AstSetOperation['operator'],
    all,
    operands: operands.map((operand) => context.query({ SelectStmt: operand })),
  };
}
