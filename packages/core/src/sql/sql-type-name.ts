import { QueryError, type SourceSpan, unsupported } from '../error/index.ts';
import * as types from '../types/index.ts';
import { type DataType, decimal, list, MAX_DECIMAL_PRECISION } from '../types/index.ts';
import type { TypeName } from './ast/index.ts';
import { didYouMean, nearestNames } from './nearest-names.ts';
import { ALL_INTERVAL_FIELDS } from './type-modifiers.ts';

/** A type as written, with what our types do not carry and a cast has to apply. */
export interface ResolvedTypeName {
  readonly type: DataType;
  /** PostgreSQL's name, which a column that a cast makes is called by. */
  readonly label: string;
  /** `varchar(n)`: most characters. A blank-padded `char(n)` is a varchar(n) that pads nothing. */
  readonly maxLength: number | undefined;
  /** Digits of the fraction of seconds; 6 is all. */
  readonly precision: number;
  /** Mask of interval fields. */
  readonly fields: number;
  /** `numeric` without digits, or a list of it: its argument decides about them. */
  readonly anyDecimal: boolean;
}

const NAMES: Readonly<Record<string, DataType>> = {
  bool: types.BOOLEAN,
  boolean: types.BOOLEAN,
  int2: types.INT16,
  smallint: types.INT16,
  int4: types.INT32,
  int: types.INT32,
  integer: types.INT32,
  int8: types.INT64,
  bigint: types.INT64,
  tinyint: types.INT8,
  int1: types.INT8,
  utinyint: types.UINT8,
  uint8: types.UINT8,
  usmallint: types.UINT16,
  uint16: types.UINT16,
  uinteger: types.UINT32,
  uint32: types.UINT32,
  ubigint: types.UINT64,
  uint64: types.UINT64,
  hugeint: decimal(MAX_DECIMAL_PRECISION, 0),
  float4: types.FLOAT32,
  real: types.FLOAT32,
  float: types.FLOAT32,
  float8: types.FLOAT64,
  double: types.FLOAT64,
  text: types.VARCHAR,
  string: types.VARCHAR,
  varchar: types.VARCHAR,
  bpchar: types.VARCHAR,
  name: types.VARCHAR,
  bytea: types.BYTEA,
  blob: types.BYTEA,
  varbinary: types.BYTEA,
  uuid: types.UUID,
  json: types.JSON_TYPE,
  jsonb: types.JSONB,
  date: types.DATE,
  time: types.TIME,
  timestamp: types.TIMESTAMP,
  datetime: types.TIMESTAMP,
  timestamptz: types.TIMESTAMPTZ,
  interval: types.INTERVAL,
};
/** Types of PostgreSQL that there is nothing for. */
const UNSUPPORTED = new Set(
  (
    'bit varbit timetz money xml char oid regclass regtype regproc regprocedure cidr inet macaddr macaddr8 point line ' +
    'lseg box path polygon circle tsvector tsquery int4range int8range numrange tsrange tstzrange daterange int4multirange ' +
    'int8multirange nummultirange tsmultirange tstzmultirange datemultirange pg_lsn txid_snapshot xid cid tid record refcursor ' +
    'union struct map enum jsonpath'
  ).split(' '),
);
/** Characters of PostgreSQL's `name`, the type of identifiers. */
const NAME_LENGTH = 63;
const DECIMAL_NAMES = new Set(['numeric', 'decimal', 'dec']);
/** What `numeric` without digits becomes where nothing tells how many it needs: 22 before and 16 after the point. */
export const ANY_DECIMAL = decimal(MAX_DECIMAL_PRECISION, 16);

/**
 * The type that a name means: PostgreSQL's names with their aliases, and DuckDB's for the types that PostgreSQL lacks. Note that
 * `int8` is PostgreSQL's name of bigint. Throws UNKNOWN_TYPE with the nearest names, FEATURE_NOT_IMPLEMENTED for what
 * PostgreSQL has and Millrace has not, INVALID_CLAUSE for modifiers that do not fit.
 */
export function resolveTypeName(written: TypeName): ResolvedTypeName {
  const { name, modifiers, span } = written;
  const lower = name.toLowerCase();
  const plain = { label: lower, maxLength: undefined, precision: 6, fields: ALL_INTERVAL_FIELDS, anyDecimal: false };
  const resolved: ResolvedTypeName = DECIMAL_NAMES.has(lower)
    ? { ...plain, type: decimalOf(modifiers, span), anyDecimal: modifiers.length === 0 }
    : { ...plain, type: simpleType(lower, span), ...modifiersOf(lower, modifiers, span) };
  let { type } = resolved;
  for (let i = 0; i < written.dimensions; i++) type = list(type);
  return { ...resolved, type };
}

function simpleType(name: string, span: SourceSpan): DataType {
  const type = NAMES[name];
  if (type) return type;
  if (UNSUPPORTED.has(name)) throw unsupported(`The type ${name}`, span);
  const candidates = nearestNames(name, [...Object.keys(NAMES), 'numeric', 'decimal']);
  throw new QueryError('UNKNOWN_TYPE', `There is no type "${name}".`, {
    span,
    details: { type: name, candidates },
    hint: didYouMean(candidates),
  });
}

function decimalOf(modifiers: readonly number[], span: SourceSpan): DataType {
  const [precision = ANY_DECIMAL.precision, scale = modifiers.length === 0 ? ANY_DECIMAL.scale : 0] = modifiers;
  if (modifiers.length > 2) throw invalidModifier('numeric takes a precision and a scale', span);
  if (precision < 1 || precision > 1000)
    throw invalidModifier('The precision of numeric must be between 1 and 38', span);
  if (precision > MAX_DECIMAL_PRECISION)
    throw unsupported(`A numeric of more than ${MAX_DECIMAL_PRECISION} digits`, span);
  if (scale < 0 || scale > precision) {
    throw unsupported('A numeric with a scale below 0 or above its precision', span);
  }
  return decimal(precision, scale);
}

function invalidModifier(message: string, span: SourceSpan): QueryError {
  return new QueryError('INVALID_CLAUSE', `${message}.`, { span });
}

/** Numbers in parentheses behind a type's name. */
function modifiersOf(name: string, modifiers: readonly number[], span: SourceSpan): Partial<ResolvedTypeName> {
  const [first, second] = modifiers;
  if (first === undefined) return name === 'name' ? { maxLength: NAME_LENGTH } : {};
  switch (name) {
    case 'varchar':
    case 'bpchar':
      if (first < 1) throw invalidModifier(`The length of ${name} must be at least 1`, span);
      return { maxLength: first };
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      if (first < 0) throw invalidModifier(`The precision of ${name} must not be negative`, span);
      return { precision: Math.min(first, 6) };
    case 'interval':
      return { fields: first, precision: Math.min(second ?? 6, 6) };
    default:
      throw invalidModifier(`The type ${name} takes no modifier`, span);
  }
}
