import type {
  CreateForeignTableStmt,
  DefElem,
  DropStmt,
  ExplainStmt,
  Node,
  VariableSetStmt,
  VariableShowStmt,
  ViewStmt,
} from 'libpg-query';
import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { AstColumnDefinition, AstExplain, AstOption, Statement } from '../ast/index.ts';
import { type AdaptContext, stringsOf, unwrap } from './adapt-context.ts';
import { adaptTablePath } from './adapt-from.ts';
import { adaptTypeName } from './adapt-type-name.ts';

/** A whole statement; `span` is where it stands. */
export function adaptStatement(context: AdaptContext, node: Node, span: SourceSpan): Statement {
  if ('SelectStmt' in node) return { kind: 'query', query: context.query(node), span };
  if ('ExplainStmt' in node) return adaptExplain(context, node.ExplainStmt, span);
  if ('ViewStmt' in node) return adaptCreateView(context, node.ViewStmt, span);
  if ('CreateForeignTableStmt' in node) return adaptCreateForeignTable(context, node.CreateForeignTableStmt, span);
  if ('DropStmt' in node) return adaptDrop(context, node.DropStmt, span);
  if ('VariableSetStmt' in node) return adaptSet(context, node.VariableSetStmt, span);
  if ('VariableShowStmt' in node) return adaptShow(context, node.VariableShowStmt, span);
  const [kind] = unwrap(node);
  const words = kind.replace(/Stmt$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  throw unsupported(`The statement ${words.toUpperCase()}`, context.source.tokenAt(span.start));
}

function adaptExplain(context: AdaptContext, node: ExplainStmt, span: SourceSpan): AstExplain {
  context.refuseOthers('EXPLAIN', node, ['query', 'options'], span);
  const flags = { analyze: false, cost: false, verbose: false };
  for (const option of definitions(node.options)) {
    const name = option.defname ?? '';
    const at = context.token(option.location);
    if (name in flags) flags[name as keyof typeof flags] = booleanOption(option, at);
    else if (name !== 'format' || optionText(option)?.toLowerCase() !== 'text') {
      throw new QueryError(
        'FEATURE_NOT_IMPLEMENTED',
        `The EXPLAIN option ${name.toUpperCase()} is not supported yet.`,
        {
          span: at,
          hint: 'EXPLAIN knows ANALYZE, COST and VERBOSE.',
        },
      );
    }
  }
  if (!node.query) throw unsupported('This EXPLAIN', span);
  return { kind: 'explain', ...flags, query: context.query(node.query), span };
}

function definitions(nodes: readonly Node[] | undefined): DefElem[] {
  return (nodes ?? []).map((node) => ('DefElem' in node ? node.DefElem : {}));
}

/** What stands behind an option's name: a word, a string or a number; undefined for nothing. */
function optionText(option: DefElem): string | undefined {
  const { arg } = option;
  if (!arg) return undefined;
  if ('String' in arg) return arg.String.sval ?? '';
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0);
  if ('Float' in arg) return arg.Float.fval ?? '';
  if ('Boolean' in arg) return String(arg.Boolean.boolval ?? false);
  if ('TypeName' in arg) return stringsOf(arg.TypeName.names).at(-1);
  return undefined;
}

function booleanOption(option: DefElem, span: SourceSpan): boolean {
  const text = optionText(option)?.toLowerCase();
  if (text === undefined || ['true', 'on', '1'].includes(text)) return true;
  if (['false', 'off', '0'].includes(text)) return false;
  throw new QueryError('INVALID_CLAUSE', `The option ${option.defname} is on or off, not "${text}".`, { span });
}

function adaptCreateView(context: AdaptContext, node: ViewStmt, span: SourceSpan): Statement {
  context.refuseOthers('CREATE VIEW', node, ['view', 'aliases', 'query', 'replace', 'withCheckOption'], span);
  if (node.withCheckOption !== 'NO_CHECK_OPTION') throw unsupported('WITH CHECK OPTION', span);
  if (!node.view || !node.query) throw unsupported('This CREATE VIEW', span);
  return {
    kind: 'create-view',
    // Every view lives as long as its engine, so TEMPORARY changes nothing.
    path: adaptTablePath(context, node.view),
    nameSpan: context.name(node.view.location),
    replace: node.replace ?? false,
    columns: stringsOf(node.aliases),
    query: context.query(node.query),
    sql: viewQueryText(context, node, span),
    span,
  };
}

/** What stands behind AS. Between the name and AS there is at most a list of names. */
function viewQueryText({ source }: AdaptContext, node: ViewStmt, span: SourceSpan): string {
  const { text } = source;
  const end = source.nameAt(source.fromByte(node.view?.location ?? 0)).end;
  for (let at = source.skipBlank(end); at < span.end; ) {
    const token = source.tokenAt(at);
    at = source.skipBlank(token.end);
    if (/^as$/i.test(text.slice(token.start, token.end))) return text.slice(at, span.end);
  }
  return text.slice(span.start, span.end);
}

function adaptCreateForeignTable(context: AdaptContext, node: CreateForeignTableStmt, span: SourceSpan): Statement {
  context.refuseOthers('CREATE FOREIGN TABLE', node, ['base', 'servername', 'options'], span);
  const base = node.base ?? {};
  context.refuseOthers('CREATE FOREIGN TABLE', base, ['relation', 'tableElts', 'oncommit', 'if_not_exists'], span);
  if (!base.relation) throw unsupported('This CREATE FOREIGN TABLE', span);
  return {
    kind: 'create-foreign-table',
    path: adaptTablePath(context, base.relation),
    nameSpan: context.name(base.relation.location),
    ifNotExists: base.if_not_exists ?? false,
    columns: (base.tableElts ?? []).map((element) => adaptColumnDefinition(context, element, span)),
    server: node.servername ?? '',
    options: definitions(node.options).map((option): AstOption => {
      const at = context.token(option.location);
      const value = optionText(option);
      if (value === undefined) throw unsupported('An option without a value', at);
      return { name: option.defname ?? '', value, span: at };
    }),
    span,
  };
}

function adaptColumnDefinition(context: AdaptContext, node: Node, span: SourceSpan): AstColumnDefinition {
  if (!('ColumnDef' in node)) {
    const what = 'Constraint' in node ? 'A table constraint' : 'LIKE in a table definition';
    throw unsupported(what, context.firstToken(node) ?? span);
  }
  const { ColumnDef: column } = node;
  const at = context.token(column.location);
  // is_local says that the column is not inherited.
  context.refuseOthers(
    'a column definition',
    { ...column, is_local: undefined },
    ['colname', 'typeName', 'constraints', 'location'],
    at,
  );
  let nullable = true;
  for (const constraint of column.constraints ?? []) {
    const type = 'Constraint' in constraint ? constraint.Constraint.contype : undefined;
    if (type === 'CONSTR_NOTNULL') nullable = false;
    else if (type !== 'CONSTR_NULL') throw unsupported('A column constraint', context.firstToken(constraint) ?? at);
  }
  return { name: column.colname ?? '', type: adaptTypeName(context, column.typeName ?? {}), nullable, span: at };
}

const DROPPABLE: Readonly<Record<string, 'view' | 'table'>> = {
  OBJECT_VIEW: 'view',
  OBJECT_TABLE: 'table',
  OBJECT_FOREIGN_TABLE: 'table',
};

function adaptDrop(context: AdaptContext, node: DropStmt, span: SourceSpan): Statement {
  const at = context.source.tokenAt(span.start);
  context.refuseOthers('DROP', node, ['objects', 'removeType', 'behavior', 'missing_ok'], at);
  const what = DROPPABLE[node.removeType ?? ''];
  if (!what) {
    throw unsupported(`DROP ${(node.removeType ?? '').replace('OBJECT_', '').replaceAll('_', ' ')}`, at);
  }
  if (node.behavior === 'DROP_CASCADE') throw unsupported('DROP ... CASCADE', at);
  const names = (node.objects ?? []).map((object) => ('List' in object ? stringsOf(object.List.items) : []));
  return { kind: 'drop', what, ifExists: node.missing_ok ?? false, names, span };
}

function adaptSet(context: AdaptContext, node: VariableSetStmt, span: SourceSpan): Statement {
  const at = context.source.tokenAt(span.start);
  context.refuseOthers('SET', node, ['kind', 'name', 'args', 'jumble_args', 'location'] as const, at);
  const name = node.name ?? '';
  if (node.kind === 'VAR_SET_DEFAULT' || node.kind === 'VAR_RESET')
    return { kind: 'set', name, value: undefined, span };
  const [arg, ...more] = node.args ?? [];
  if (node.kind !== 'VAR_SET_VALUE' || !arg || more.length > 0) throw unsupported('This form of SET', at);
  const value = context.expression(arg);
  if (value.kind === 'string') return { kind: 'set', name, value: value.value, span };
  if (value.kind === 'number') return { kind: 'set', name, value: value.text, span };
  throw unsupported('A setting that is neither a string nor a number', value.span);
}

function adaptShow(context: AdaptContext, node: VariableShowStmt, span: SourceSpan): Statement {
  context.refuseOthers('SHOW', node, ['name'], span);
  return { kind: 'show', name: node.name ?? '', span };
}
