import { QueryError, type SourceSpan } from '../error/index.ts';
import type { LiteralExpression } from '../expression/index.ts';
import {
  BOOLEAN,
  BYTEA,
  type DataType,
  decimal,
  FLOAT64,
  INT32,
  INT64,
  type LiteralValue,
  list,
  MAX_DECIMAL_PRECISION,
  NULL,
  TIMESTAMPTZ,
  type TypedValue,
} from '../types/index.ts';
import { commonType } from './coercion.ts';
import { integerHolds } from './exact-number.ts';

/**
 * What may stand for `$1`:
 *
 * | JavaScript | SQL |
 * |---|---|
 * | string | a text literal: it takes the type that its place asks for |
 * | number without a fraction | integer or bigint, by size |
 * | other number | double precision |
 * | bigint | bigint, or decimal(38,0) beyond 64 bits |
 * | boolean | boolean |
 * | Date | timestamp with time zone |
 * | Uint8Array | bytea |
 * | array | an array of the common type of its elements: `WHERE id = ANY($1)` |
 * | null | NULL |
 */
export type ParameterValue = null | boolean | number | bigint | string | Date | Uint8Array | readonly ParameterValue[];

/**
 * The literal for a parameter. Texts, and arrays of texts, have the type `unknown` until their place gives them one. Throws
 * BAD_ARGUMENT for a value that no SQL value corresponds to.
 */
export function parameterLiteral(value: ParameterValue, number: number, span: SourceSpan): LiteralExpression {
  const fail = (why: string) =>
    new QueryError('BAD_ARGUMENT', `Parameter $${number} ${why}.`, { span, details: { parameter: number } });
  return { kind: 'literal', ...typedValue(value, fail), span };
}

function typedValue(value: ParameterValue, fail: (why: string) => QueryError): TypedValue {
  switch (typeof value) {
    case 'string':
      return { type: NULL, value };
    case 'boolean':
      return { type: BOOLEAN, value };
    case 'number':
      return numberValue(value);
    case 'bigint':
      return bigintValue(value, fail);
  }
  if (value === null) return { type: NULL, value: null };
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw fail('is an invalid Date');
    return { type: TIMESTAMPTZ, value: BigInt(value.getTime()) * 1000n };
  }
  if (value instanceof Uint8Array) return { type: BYTEA, value };
  if (Array.isArray(value)) return arrayValue(value as readonly ParameterValue[], fail);
  throw fail(`is a ${typeof value}, for which SQL has no value`);
}

function numberValue(value: number): TypedValue {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return { type: FLOAT64, value };
  return integerHolds(INT32, BigInt(value)) ? { type: INT32, value } : { type: INT64, value: BigInt(value) };
}

function bigintValue(value: bigint, fail: (why: string) => QueryError): TypedValue {
  if (integerHolds(INT64, value)) return { type: INT64, value };
  if ((value < 0n ? -value : value) >= 10n ** BigInt(MAX_DECIMAL_PRECISION)) {
    throw fail(`has more than ${MAX_DECIMAL_PRECISION} digits`);
  }
  return { type: decimal(MAX_DECIMAL_PRECISION, 0), value };
}

function arrayValue(values: readonly ParameterValue[], fail: (why: string) => QueryError): TypedValue {
  const items = values.map((item) => typedValue(item, fail));
  const types = items.flatMap(({ type, value }) => (value === null ? [] : [type]));
  // Texts have no type yet, which no other type goes with.
  const mixed = types.some((type) => (type.id === 'null') !== (types[0]!.id === 'null'));
  const element = mixed ? undefined : types.reduce<DataType | undefined>((a, b) => a && commonType(a, b), NULL);
  if (!element) throw fail('is an array of values of different types');
  return { type: list(element), value: items.map(({ type, value }) => elementValue(value, type, element)) };
}

/** The value in the form of the array's element type. */
function elementValue(value: LiteralValue, from: DataType, to: DataType): LiteralValue {
  if (value === null || from.id === to.id) return value;
  if (to.id === 'float64') return Number(value);
  if (to.id === 'int64' || to.id === 'decimal') return BigInt(value as number | bigint);
  return value;
}
