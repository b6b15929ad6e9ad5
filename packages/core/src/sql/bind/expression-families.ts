import { bindArray } from './bind-array.ts';
import { bindCall } from './bind-call.ts';
import { bindCast } from './bind-cast.ts';
import { bindColumn, bindStar } from './bind-column.ts';
import { bindCase, bindCoalesce, bindExtremum, bindNullIf } from './bind-conditional.ts';
import { bindGrouping } from './bind-grouping-call.ts';
import { bindInList, bindQuantified } from './bind-in-list.ts';
import { bindBoolean, bindCurrentTime, bindNull, bindNumber, bindParameter, bindString } from './bind-literal.ts';
import {
  bindBetween,
  bindDistinctTest,
  bindLogical,
  bindNot,
  bindNullTest,
  bindOperator,
  bindTruthTest,
} from './bind-operator.ts';
import { bindField, bindRow } from './bind-row.ts';
import { bindSubquery } from './bind-subquery.ts';
import { bindSlice, bindSubscript } from './bind-subscript.ts';
import type { ExpressionFamilies } from './expression-binder.ts';

/** Which function binds which kind of expression. */
export const EXPRESSION_FAMILIES: ExpressionFamilies = {
  column: bindColumn,
  star: bindStar,
  number: bindNumber,
  string: bindString,
  boolean: bindBoolean,
  null: bindNull,
  parameter: bindParameter,
  operator: bindOperator,
  quantified: bindQuantified,
  and: bindLogical,
  or: bindLogical,
  not: bindNot,
  'null-test': bindNullTest,
  'truth-test': bindTruthTest,
  'distinct-test': bindDistinctTest,
  between: bindBetween,
  'in-list': bindInList,
  case: bindCase,
  coalesce: bindCoalesce,
  nullif: bindNullIf,
  greatest: bindExtremum,
  least: bindExtremum,
  cast: bindCast,
  call: bindCall,
  grouping: bindGrouping,
  'current-time': bindCurrentTime,
  array: bindArray,
  subscript: bindSubscript,
  slice: bindSlice,
  field: bindField,
  row: bindRow,
  subquery: bindSubquery,
};
