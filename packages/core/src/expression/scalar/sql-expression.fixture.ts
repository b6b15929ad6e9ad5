import { bindStatement, loadParser, parseStatement } from '../../sql/index.ts';
import type { LiteralValue } from '../../types/index.ts';
import { evaluateConstant } from '../evaluate-constant.ts';
import type { Expression } from '../expression.ts';
import { defaultFunctions } from '../registry.ts';
import { STARTED_MICROS } from './evaluation.fixture.ts';

/** The bound form of an SQL expression without columns. */
async function boundExpression(sql: string, timeZone = 'UTC'): Promise<Expression> {
  await loadParser();
  const bound = bindStatement(parseStatement(`SELECT ${sql}`), {
    table: () => undefined,
    functions: defaultFunctions(),
    parameters: [],
    newColumnId: () => 1,
    startedMicros: STARTED_MICROS,
    timeZone,
  });
  if (bound.kind !== 'query' || bound.plan.kind !== 'Project') throw new Error(`${sql} is no single expression`);
  return bound.plan.expressions[0]!;
}

/** The value of an SQL expression without columns, by parser, binder and evaluator. */
async function evaluateSql(sql: string, timeZone = 'UTC'): Promise<LiteralValue> {
  const expression = await boundExpression(sql, timeZone);
  return evaluateConstant(expression, { functions: defaultFunctions(), startedMicros: STARTED_MICROS, timeZone });
}

/** The text of the value; a message starts with `!`. */
export async function textOfSql(sql: string, timeZone = 'UTC'): Promise<string | null> {
  try {
    return (await evaluateSql(`(${sql})::text`, timeZone)) as string | null;
  } catch (error) {
    return `!${(error as Error).message}`;
  }
}
