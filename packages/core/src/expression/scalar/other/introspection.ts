import { type DataType, formatType, INT32, VARCHAR } from '../../../types/index.ts';
import { literalVector } from '../../../vector/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { flatResult, overload } from '../row-evaluation.ts';

/** The type as PostgreSQL's `regtype` prints it. */
function postgresTypeName(type: DataType): string {
  switch (type.id) {
    case 'varchar':
      return 'text';
    case 'decimal':
      return 'numeric';
    case 'time':
    case 'timestamp':
      return `${type.id} without time zone`;
    case 'timestamptz':
      return 'timestamp with time zone';
    case 'list':
      return `${postgresTypeName(type.element)}[]`;
    case 'struct':
      return 'record';
    default:
      return formatType(type);
  }
}

const typeOf: ScalarEvaluate = (context, [value], numRows, type) =>
  literalVector(type, postgresTypeName(value!.type), numRows, context.arena);

const countNulls =
  (wanted: 0 | 1): ScalarEvaluate =>
  (context, args, numRows, type) =>
    flatResult(context, type, numRows, (out) => {
      const { arena } = context;
      const table = arena.allocate(args.length * 8);
      arena.memory.u32.set(
        args.flatMap((arg) => [arg.validity, arg.encoding === 'constant' ? 0 : 1]),
        table >>> 2,
      );
      functionKernels(context).count_validity(table, args.length, wanted, numRows, out);
    });

function countFunction(name: string, wanted: 0 | 1, description: string, result: string): ScalarFunction {
  return {
    name,
    category: 'conditional',
    volatility: 'immutable',
    description,
    examples: [{ sql: `${name}(1, NULL, 2)`, result }],
    overloads: [overload(name, ['any'], INT32, countNulls(wanted), { variadic: true, nulls: 'custom' })],
  };
}

export const INTROSPECTION_FUNCTIONS: readonly ScalarFunction[] = [
  {
    name: 'pg_typeof',
    category: 'other',
    volatility: 'immutable',
    description: "The name of a value's type, as PostgreSQL has it.",
    examples: [
      { sql: 'pg_typeof(33)', result: 'integer' },
      { sql: "pg_typeof(DATE '2024-01-01' + INTERVAL '1 day')", result: 'timestamp without time zone' },
    ],
    overloads: [overload('pg_typeof', ['any'], VARCHAR, typeOf, { nulls: 'custom' })],
  },
  countFunction('num_nonnulls', 1, 'The number of arguments that are not null.', '2'),
  countFunction('num_nulls', 0, 'The number of arguments that are null.', '1'),
];
