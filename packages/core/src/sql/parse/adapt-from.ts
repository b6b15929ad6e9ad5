import type { Alias, JoinExpr, Node, RangeFunction, RangeSubselect, RangeVar } from 'libpg-query';
import { type SourceSpan, unsupported } from '../../error/index.ts';
import type { AstAlias, AstFromItem, AstJoin, AstNamedArgument, AstTableCall } from '../ast/index.ts';
import { type AdaptContext, stringsOf, unwrap } from './adapt-context.ts';
import { splitArguments } from './adapt-function-call.ts';

const NOWHERE: SourceSpan = { start: 0, end: 0 };

export function adaptFromItem(context: AdaptContext, node: Node): AstFromItem {
  if ('RangeVar' in node) return adaptTable(context, node.RangeVar);
  if ('RangeSubselect' in node) return adaptDerivedTable(context, node.RangeSubselect);
  if ('RangeFunction' in node) return adaptTableFunction(context, node.RangeFunction);
  if ('JoinExpr' in node) return adaptJoin(context, node.JoinExpr);
  const [kind] = unwrap(node);
  const what = { RangeTableSample: 'TABLESAMPLE', RangeTableFunc: 'XMLTABLE', JsonTable: 'JSON_TABLE' }[kind];
  throw unsupported(what ?? `${kind} in FROM`, context.firstToken(node));
}

/** The dotted name of a table, view or path. */
export function adaptTablePath(context: AdaptContext, node: RangeVar): readonly string[] {
  const span = context.name(node.location);
  context.refuseOthers(
    'a table name',
    node,
    ['catalogname', 'schemaname', 'relname', 'inh', 'relpersistence', 'alias', 'location'],
    span,
  );
  if (!node.inh) throw unsupported('ONLY', span);
  return [node.catalogname, node.schemaname, node.relname].filter(
    (part) => part !== undefined && part !== '',
  ) as string[];
}

function adaptTable(context: AdaptContext, node: RangeVar): AstFromItem {
  return {
    kind: 'table',
    path: adaptTablePath(context, node),
    alias: adaptAlias(context, node.alias),
    span: context.name(node.location),
  };
}

function adaptDerivedTable(context: AdaptContext, node: RangeSubselect): AstFromItem {
  const span = context.firstToken(node.subquery) ?? NOWHERE;
  context.refuseOthers('a derived table', node, ['lateral', 'subquery', 'alias'], span);
  if (!node.subquery) throw unsupported('This derived table', span);
  return {
    kind: 'derived',
    query: context.query(node.subquery),
    alias: adaptAlias(context, node.alias),
    lateral: node.lateral ?? false,
    span,
  };
}

function adaptTableFunction(context: AdaptContext, node: RangeFunction): AstFromItem {
  const span = context.firstToken(node.functions) ?? NOWHERE;
  // LATERAL is what a function in FROM is anyway.
  const known = ['lateral', 'functions', 'alias', 'ordinality', 'is_rowsfrom', 'coldeflist'] as const;
  context.refuseOthers('a function in FROM', node, known, span);
  if (node.coldeflist && node.coldeflist.length > 0) throw unsupported('A column definition list in FROM', span);
  const [first, ...more] = (node.functions ?? []).map((entry) => adaptTableCall(context, entry, span));
  if (!first) throw unsupported('This expression in FROM', span);
  return {
    kind: 'table-function',
    calls: [first, ...more],
    ordinality: node.ordinality ?? false,
    alias: adaptAlias(context, node.alias),
    span: first.span,
  };
}

/** A call, and beside it a list of column definitions that must be empty. */
function adaptTableCall(context: AdaptContext, entry: Node, span: SourceSpan): AstTableCall {
  const [call, definitions] = 'List' in entry ? (entry.List.items ?? []) : [];
  if (!call || !('FuncCall' in call)) throw unsupported('This expression in FROM', span);
  if (definitions && Object.keys(definitions).length > 0) throw unsupported('A column definition list in FROM', span);
  const { FuncCall: body } = call;
  const name = context.name(body.location);
  context.refuseOthers('a function in FROM', body, ['funcname', 'args', 'funcformat', 'location'], name);
  const path = stringsOf(body.funcname);
  const { args, named } = splitArguments(context, body.args);
  const options: AstNamedArgument[] = [...named];
  // DuckDB writes named arguments as `name = value`, which PostgreSQL's grammar takes for a comparison.
  const positional = args.filter((arg) => {
    if (arg.kind !== 'operator' || arg.name !== '=' || arg.left?.kind !== 'column' || arg.left.path.length !== 1)
      return true;
    options.push({ name: arg.left.path[0]!, value: arg.right, span: arg.left.span });
    return false;
  });
  return { path: path[0] === 'pg_catalog' ? path.slice(1) : path, args: positional, named: options, span: name };
}

const JOIN_TYPES: Readonly<Record<string, AstJoin['type']>> = {
  JOIN_INNER: 'inner',
  JOIN_LEFT: 'left',
  JOIN_RIGHT: 'right',
  JOIN_FULL: 'full',
};

function adaptJoin(context: AdaptContext, node: JoinExpr): AstFromItem {
  const span = context.firstToken(node.rarg) ?? NOWHERE;
  const known = ['jointype', 'isNatural', 'larg', 'rarg', 'usingClause', 'quals', 'alias'] as const;
  context.refuseOthers('JOIN', node, known, span);
  const type = JOIN_TYPES[node.jointype ?? ''];
  const { larg, rarg } = node;
  if (!type || !larg || !rarg) throw unsupported('This kind of join', span);
  return {
    kind: 'join',
    type,
    natural: node.isNatural ?? false,
    using: node.usingClause && stringsOf(node.usingClause),
    on: context.optional(node.quals),
    left: context.nested(1, larg, () => adaptFromItem(context, larg)),
    right: context.nested(1, rarg, () => adaptFromItem(context, rarg)),
    alias: adaptAlias(context, node.alias),
    span,
  };
}

function adaptAlias(context: AdaptContext, node: Alias | undefined): AstAlias | undefined {
  if (!node) return undefined;
  context.refuseOthers('an alias', node, ['aliasname', 'colnames']);
  return { name: node.aliasname ?? '', columns: stringsOf(node.colnames) };
}
