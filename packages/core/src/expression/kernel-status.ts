import { internal, QueryError, type SourceSpan } from '../error/index.ts';
import { type DataType, formatType } from '../types/index.ts';
import { KERNEL_STATUS } from '../vector/index.ts';

/**
 * Throws for a kernel that failed, naming what it did and on which type: `integer out of range in addition`, `division by
 * zero in modulo of bigint`.
 */
export function checkStatus(status: number, operation: string, type: DataType, span: SourceSpan | undefined): void {
  if (status === KERNEL_STATUS.ok) return;
  const details = { operation, type: formatType(type) };
  switch (status) {
    case KERNEL_STATUS.overflow:
      throw new QueryError('OVERFLOW', `${formatType(type)} out of range in ${operation}`, { span, details });
    case KERNEL_STATUS.divisionByZero:
      throw new QueryError('DIVISION_BY_ZERO', `division by zero in ${operation} of ${formatType(type)}`, {
        span,
        details,
        hint: 'Guard the divisor: NULLIF(divisor, 0) gives null instead of an error.',
      });
    case KERNEL_STATUS.invalidValue:
      throw new QueryError('INVALID_VALUE', `invalid value for ${operation} of ${formatType(type)}`, { span, details });
    default:
      throw internal(`kernel status ${status} in ${operation} of ${formatType(type)}`);
  }
}
