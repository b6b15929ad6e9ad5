import fc from 'fast-check';
import { expect } from 'vitest';
import { type DataType, type LiteralValue, VARCHAR } from '../../types/index.ts';
import { castVector } from '../cast/cast-vector.ts';
import { defaultFunctions } from '../registry.ts';
import { Evaluation } from './evaluation.fixture.ts';
import type { Postgres } from './postgres.fixture.ts';

/** Text of letters that have one, two, three and four bytes. */
export const ANY_TEXT = fc.string({
  unit: fc.constantFrom(...'aabbcABC xyz%_\\.,-1290', 'é', 'Ü', 'ñ', 'Ω', 'ж', '日', '本', '€', '🌏', '😀'),
  maxLength: 40,
});
export const SHORT_TEXT = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', 'é', '日', '🌏'), maxLength: 3 });

export interface Parameter {
  readonly type: DataType;
  readonly arbitrary: fc.Arbitrary<LiteralValue>;
  /** The PostgreSQL type that the text of a value is cast to. Default: none, the value is text. */
  readonly postgres?: string;
}

export const text = (arbitrary: fc.Arbitrary<string> = ANY_TEXT): Parameter => ({ type: VARCHAR, arbitrary });

function textOf(value: LiteralValue): string | null {
  if (value === null) return null;
  return Object.is(value, -0) ? '-0' : String(value);
}

/**
 * Compares an overload with PostgreSQL on random rows, with nulls: all arguments as columns, and each of them in turn as a
 * constant. `id` names the overload; `sql` is the expression over `$1`, `$2`, ... .
 */
export async function expectLikePostgres(
  postgres: Postgres,
  id: string,
  sql: string,
  parameters: readonly Parameter[],
  options: { readonly numRuns?: number } = {},
): Promise<void> {
  const overload = defaultFunctions().scalarOverload(id);
  if (!overload) throw new Error(`there is no ${id}`);
  const evaluation = new Evaluation();
  const expression = sql.replace(/\$(\d)/g, (_, n: string) => {
    const type = parameters[Number(n) - 1]!.postgres;
    return type ? `$${n}::${type}` : `$${n}`;
  });
  const row = fc.tuple(...parameters.map(({ arbitrary }) => fc.option(arbitrary, { freq: 8, nil: null })));
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 60 }),
      fc.nat(parameters.length),
      async (drawn, constant) => {
        // The argument number `constant` is that of the first row for all rows; one past the last: none is.
        const rows = drawn.map((values) => values.map((value, i) => (i === constant ? drawn[0]![i]! : value)));
        evaluation.arena.reset();
        const args = parameters.map(({ type }, i) =>
          i === constant
            ? evaluation.constant(type, rows[0]![i]!, rows.length)
            : evaluation.vector(
                type,
                rows.map((values) => values[i]!),
              ),
        );
        const isNullConstant = constant < parameters.length && rows[0]![constant] === null;
        if (isNullConstant && overload.nulls !== 'custom') return;
        const expected = await postgres.map(
          expression,
          rows.map((values) => values.map(textOf)),
        );
        const result = castVector(evaluation.context(), evaluation.call(overload, args, rows.length), VARCHAR, false);
        expect(evaluation.values(result)).toEqual(expected);
      },
    ),
    { numRuns: options.numRuns ?? 30 },
  );
  evaluation.close();
}
