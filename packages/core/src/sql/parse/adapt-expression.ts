import type {
  A_ArrayExpr,
  A_Const,
  A_Expr,
  A_Indirection,
  BoolExpr,
  BooleanTest,
  CaseExpr,
  CoalesceExpr,
  CollateClause,
  ColumnRef,
  FuncCall,
  GroupingFunc,
  MinMaxExpr,
  Node,
  NullTest,
  ParamRef,
  RowExpr,
  SQLValueFunction,
  SubLink,
  TypeCast,
} from 'libpg-query';
import { QueryError, unsupported } from '../../error/index.ts';
import type { AstExpression, AstSubquery, AstTruthTest } from '../ast/index.ts';
import { adaptConstant } from './adapt-constant.ts';
import { type AdaptContext, stringsOf, unwrap } from './adapt-context.ts';
import { adaptFunctionCall, adaptValueFunction } from './adapt-function-call.ts';
import { adaptOperatorExpression } from './adapt-operator.ts';
import { adaptTypeName } from './adapt-type-name.ts';

type Adapter = (context: AdaptContext, body: never) => AstExpression;

const ADAPTERS: Readonly<Record<string, Adapter>> = {
  A_Const: (context, node: A_Const) => adaptConstant(context, node),
  A_Expr: (context, node: A_Expr) => adaptOperatorExpression(context, node),
  FuncCall: (context, node: FuncCall) => adaptFunctionCall(context, node),
  SQLValueFunction: (context, node: SQLValueFunction) => adaptValueFunction(context, node),
  ColumnRef: adaptColumn,
  ParamRef: adaptParameter,
  BoolExpr: adaptBoolExpr,
  NullTest: adaptNullTest,
  BooleanTest: adaptTruthTest,
  CaseExpr: adaptCase,
  CoalesceExpr: adaptCoalesce,
  MinMaxExpr: adaptExtremum,
  TypeCast: adaptCast,
  A_ArrayExpr: adaptArray,
  A_Indirection: adaptIndirection,
  RowExpr: adaptRow,
  SubLink: adaptSubquery,
  CollateClause: adaptCollate,
  GroupingFunc: adaptGrouping,
};

/** What the grammar knows and this project does not, by names that a user knows. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  SetToDefault: 'DEFAULT as a value',
  JsonObjectConstructor: 'JSON_OBJECT',
  JsonArrayConstructor: 'JSON_ARRAY',
  JsonArrayQueryConstructor: 'JSON_ARRAY',
  JsonParseExpr: 'JSON()',
  JsonScalarExpr: 'JSON_SCALAR',
  JsonSerializeExpr: 'JSON_SERIALIZE',
  JsonFuncExpr: 'JSON_VALUE, JSON_QUERY and JSON_EXISTS',
  JsonIsPredicate: 'IS JSON',
  JsonObjectAgg: 'JSON_OBJECTAGG',
  JsonArrayAgg: 'JSON_ARRAYAGG',
  XmlExpr: 'XML',
  XmlSerialize: 'XMLSERIALIZE',
  CurrentOfExpr: 'WHERE CURRENT OF',
  MergeSupportFunc: 'MERGE_ACTION()',
};

export function adaptExpression(context: AdaptContext, node: Node): AstExpression {
  const [kind, body] = unwrap(node);
  const adapter = ADAPTERS[kind];
  if (!adapter) throw unsupported(UNSUPPORTED[kind] ?? `The expression ${kind}`, context.firstToken(node));
  return adapter(context, body as never);
}

function adaptColumn(context: AdaptContext, node: ColumnRef): AstExpression {
  context.refuseOthers('a column', node, ['fields', 'location']);
  const fields = node.fields ?? [];
  const span = context.name(node.location);
  const last = fields.at(-1);
  if (last && 'A_Star' in last) return { kind: 'star', qualifier: stringsOf(fields.slice(0, -1)), span };
  return { kind: 'column', path: stringsOf(fields), span };
}

function adaptParameter(context: AdaptContext, node: ParamRef): AstExpression {
  context.refuseOthers('a parameter', node, ['number', 'location']);
  return { kind: 'parameter', number: node.number ?? 0, span: context.token(node.location) };
}

function adaptBoolExpr(context: AdaptContext, node: BoolExpr): AstExpression {
  context.refuseOthers('a condition', node, ['boolop', 'args', 'location']);
  const span = context.token(node.location);
  const args = context.expressions(node.args);
  if (node.boolop === 'NOT_EXPR') return { kind: 'not', arg: args[0]!, span };
  return { kind: node.boolop === 'AND_EXPR' ? 'and' : 'or', args, span };
}

function adaptNullTest(context: AdaptContext, node: NullTest): AstExpression {
  context.refuseOthers('IS NULL', node, ['arg', 'nulltesttype', 'location']);
  return {
    kind: 'null-test',
    negated: node.nulltesttype === 'IS_NOT_NULL',
    arg: context.expression(node.arg),
    span: context.token(node.location),
  };
}

function adaptTruthTest(context: AdaptContext, node: BooleanTest): AstExpression {
  context.refuseOthers('IS TRUE', node, ['arg', 'booltesttype', 'location']);
  const words = (node.booltesttype ?? 'IS_TRUE').toLowerCase().split('_');
  return {
    kind: 'truth-test',
    negated: words[1] === 'not',
    value: words.at(-1) as AstTruthTest['value'],
    arg: context.expression(node.arg),
    span: context.token(node.location),
  };
}

function adaptCase(context: AdaptContext, node: CaseExpr): AstExpression {
  context.refuseOthers('CASE', node, ['arg', 'args', 'defresult', 'location']);
  return {
    kind: 'case',
    subject: context.optional(node.arg),
    branches: (node.args ?? []).map((branch) => {
      if (!('CaseWhen' in branch)) throw unsupported('This branch of CASE', context.firstToken(branch));
      const { expr, result, location } = branch.CaseWhen;
      return { when: context.expression(expr), result: context.expression(result), span: context.token(location) };
    }),
    otherwise: context.optional(node.defresult),
    span: context.token(node.location),
  };
}

function adaptCoalesce(context: AdaptContext, node: CoalesceExpr): AstExpression {
  context.refuseOthers('COALESCE', node, ['args', 'location']);
  return { kind: 'coalesce', args: context.expressions(node.args), span: context.token(node.location) };
}

function adaptExtremum(context: AdaptContext, node: MinMaxExpr): AstExpression {
  context.refuseOthers('GREATEST or LEAST', node, ['op', 'args', 'location']);
  return {
    kind: node.op === 'IS_LEAST' ? 'least' : 'greatest',
    args: context.expressions(node.args),
    span: context.token(node.location),
  };
}

function adaptCast(context: AdaptContext, node: TypeCast): AstExpression {
  context.refuseOthers('CAST', node, ['arg', 'typeName', 'location']);
  const type = adaptTypeName(context, node.typeName ?? {});
  // The grammar gives no position to `type 'text'`.
  const literal = node.location === -1;
  return {
    kind: 'cast',
    literal,
    arg: context.expression(node.arg),
    type,
    span: literal ? type.span : context.token(node.location),
  };
}

function adaptArray(context: AdaptContext, node: A_ArrayExpr): AstExpression {
  context.refuseOthers('ARRAY', node, ['elements', 'list_start', 'list_end', 'location']);
  return { kind: 'array', items: context.expressions(node.elements), span: context.token(node.location) };
}

function adaptIndirection(context: AdaptContext, node: A_Indirection): AstExpression {
  context.refuseOthers('a subscript', node, ['arg', 'indirection']);
  let expression = context.expression(node.arg);
  for (const step of node.indirection ?? []) {
    const { span } = expression;
    if ('A_Indices' in step) {
      const { is_slice, lidx, uidx } = step.A_Indices;
      expression = is_slice
        ? { kind: 'slice', arg: expression, from: context.optional(lidx), to: context.optional(uidx), span }
        : { kind: 'subscript', arg: expression, index: context.expression(uidx), span };
    } else if ('String' in step) {
      expression = { kind: 'field', arg: expression, name: step.String.sval ?? '', span };
    } else {
      throw unsupported('(...).*', span);
    }
  }
  return expression;
}

function adaptRow(context: AdaptContext, node: RowExpr): AstExpression {
  context.refuseOthers('ROW', node, ['args', 'row_format', 'location']);
  return { kind: 'row', items: context.expressions(node.args), span: context.token(node.location) };
}

const SUBQUERY_FORMS: Readonly<Record<string, AstSubquery['form']>> = {
  EXPR_SUBLINK: 'scalar',
  EXISTS_SUBLINK: 'exists',
  ANY_SUBLINK: 'any',
  ALL_SUBLINK: 'all',
  ARRAY_SUBLINK: 'array',
};

function adaptSubquery(context: AdaptContext, node: SubLink): AstExpression {
  context.refuseOthers('a subquery', node, ['subLinkType', 'testexpr', 'operName', 'subselect', 'location']);
  const span = context.token(node.location);
  const form = SUBQUERY_FORMS[node.subLinkType ?? ''];
  if (!form || !node.subselect) throw unsupported('This form of subquery', span);
  return {
    kind: 'subquery',
    form,
    test: context.optional(node.testexpr),
    // IN (SELECT ...) has no operator in the tree.
    operator: stringsOf(node.operName).at(-1) ?? '=',
    query: context.query(node.subselect),
    span,
  };
}

/** Strings compare by their bytes, which is what these collations say; any other is refused. */
function adaptCollate(context: AdaptContext, node: CollateClause): AstExpression {
  context.refuseOthers('COLLATE', node, ['arg', 'collname', 'location']);
  const name = stringsOf(node.collname).at(-1) ?? '';
  const span = context.token(node.location);
  if (!['C', 'POSIX', 'ucs_basic', 'default'].includes(name)) {
    throw new QueryError('FEATURE_NOT_IMPLEMENTED', `The collation "${name}" is not supported yet.`, {
      span,
      hint: 'Strings are compared by their UTF-8 bytes: COLLATE "C".',
    });
  }
  return context.expression(node.arg);
}

function adaptGrouping(context: AdaptContext, node: GroupingFunc): AstExpression {
  const span = context.token(node.location);
  context.refuseOthers('grouping()', node, ['args', 'location'], span);
  return { kind: 'grouping', args: context.expressions(node.args), span };
}
