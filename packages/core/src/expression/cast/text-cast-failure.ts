import { internal, QueryError } from '../../error/index.ts';
import { type DataType, formatType, isInteger } from '../../types/index.ts';
import { type Address, KERNEL_STATUS, Vector } from '../../vector/index.ts';
import { kernelFailure } from '../scalar/kernel-failure.ts';
import { refText } from '../scalar/ref-text.ts';
import { type CastContext, failuresTo } from './cast-function.ts';

/** `FIELD_RANGE` of kernels/function/scan.ts: well written, but there is no such date, time or interval. */
const FIELD_RANGE = 7;
const SHOWN_CHARACTERS = 100;

/** The type as PostgreSQL's messages name it. */
function typeName(type: DataType): string {
  switch (type.id) {
    case 'decimal':
      return 'numeric';
    case 'timestamptz':
      return 'timestamp with time zone';
    default:
      return formatType(type);
  }
}

/** The error for the text that a kernel could not read as `target`. */
function textCastError(context: CastContext, text: string, status: number, target: DataType): QueryError {
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  const options = { span: context.span, details: { value: shown, type: formatType(target) } };
  switch (status) {
    case KERNEL_STATUS.invalidValue:
      return new QueryError('CAST_FAILED', `invalid input syntax for type ${typeName(target)}: "${shown}"`, options);
    case FIELD_RANGE:
      return new QueryError(
        'CAST_FAILED',
        `${target.id === 'interval' ? 'interval' : 'date/time'} field value out of range: "${shown}"`,
        options,
      );
    case KERNEL_STATUS.overflow: {
      if (target.id === 'decimal') {
        const { precision, scale } = target;
        return new QueryError('OVERFLOW', `numeric field overflow: "${shown}"`, {
          ...options,
          hint: `A value of ${formatType(target)} must round to an absolute value less than 10^${precision - scale}.`,
        });
      }
      const message = isInteger(target)
        ? `value "${shown}" is out of range for type ${typeName(target)}`
        : target.id === 'float32' || target.id === 'float64'
          ? `"${shown}" is out of range for type ${typeName(target)}`
          : `${target.id === 'timestamptz' ? 'timestamp' : target.id} out of range: "${shown}"`;
      return new QueryError('OVERFLOW', message, options);
    }
    default:
      return internal(`a cast of text to ${formatType(target)} answered with status ${status}`);
  }
}

/** Throws when a kernel's answer says that a row failed; the message shows the row's text. */
export function checkTextCast(context: CastContext, values: Vector, target: DataType, answer: number): void {
  const failure = kernelFailure(answer);
  if (!failure) return;
  const text = refText(context.arena.memory, values.data + 8 * failure.row);
  throw textCastError(context, text, failure.status, target);
}

/**
 * Reads text with a kernel that takes where the values go (`width` bytes each) and where it may mark failures (see
 * {@link failuresTo}).
 */
export function readText(
  context: CastContext,
  values: Vector,
  target: DataType,
  width: number,
  read: (out: Address, failures: Address) => number,
): Vector {
  const out = context.arena.allocate(values.length * width);
  const failures = failuresTo(context, values);
  checkTextCast(context, values, target, read(out, failures));
  return Vector.flat(target, values.length, out, failures || values.validity);
}
