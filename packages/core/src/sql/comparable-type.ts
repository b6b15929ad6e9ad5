import { QueryError, type SourceSpan, unsupported } from '../error/index.ts';
import { type DataType, formatType } from '../types/index.ts';

/** Whether two values of a type can be told equal. The texts of json say nothing about that. */
export function hasEquality(type: DataType): boolean {
  if (type.id === 'list') return hasEquality(type.element);
  if (type.id === 'struct') return type.fields.every((field) => hasEquality(field.type));
  return type.id !== 'json';
}

/** Throws TYPE_MISMATCH for a type without equality. `what` needs it: `GROUP BY`, `UNION`. */
export function requireEquality(type: DataType, what: string, span: SourceSpan | undefined): void {
  if (!hasEquality(type)) throw incomparable(type, what, span);
}

/** Whether the values of a type can be sorted. */
export function hasOrder(type: DataType): boolean {
  return hasEquality(type) && type.id !== 'jsonb' && type.id !== 'list' && type.id !== 'struct';
}

/** Throws TYPE_MISMATCH for a type without an order, FEATURE_NOT_IMPLEMENTED for arrays and structs, whose order is not known here. */
export function requireOrder(type: DataType, what: string, span: SourceSpan | undefined): void {
  requireEquality(type, what, span);
  if (type.id === 'list' || type.id === 'struct' || type.id === 'jsonb')
    throw unsupported(`${what} with values of type ${formatType(type)}`, span);
}

function incomparable(type: DataType, what: string, span: SourceSpan | undefined): QueryError {
  return new QueryError('TYPE_MISMATCH', `${what} cannot compare values of type ${formatType(type)}.`, {
    span,
    details: { type: formatType(type) },
    hint: 'Cast them to text.',
  });
}
