import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { Column, Expression } from '../../expression/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import type { DataType } from '../../types/index.ts';
import type { AstFromItem, AstQuery } from '../ast/index.ts';
import type { ParameterValue } from '../parameter-value.ts';
import type { BindEnvironment } from './bind-environment.ts';
import type { CteScope } from './cte-scope.ts';
import { nullability } from './nullability.ts';
import type { Scope, ScopeColumn, ScopeRelation } from './scope.ts';

/** What is around a query: CTEs that it can name, and the query whose columns it could use. */
export interface QueryContext {
  readonly ctes: CteScope | undefined;
  readonly outer: Scope | undefined;
  /** What stands left of an item of FROM, which LATERAL lets it use. */
  readonly lateral?: Scope | undefined;
  /** Views being expanded. */
  readonly views: readonly string[];
}

/**
 * A query whose outputs may still be literals without a type. Whoever asked for it looks at the outputs, decides, and closes
 * it: a UNION gives them the type of its other side, all else makes them varchar.
 */
export interface OpenQuery {
  /** What each column is, for finding a common type: the expression itself, or a column that stands for it. */
  readonly outputs: readonly Expression[];
  readonly names: readonly string[];
  /** The plan, with types for the outputs that have none; types of the others are ignored. */
  close(types: readonly DataType[]): LogicalPlan;
}

/** An item of FROM: its rows, and the names for its columns. */
export interface BoundFrom {
  readonly plan: LogicalPlan;
  readonly relations: readonly ScopeRelation[];
  readonly columns: readonly ScopeColumn[];
}

/** Clause families that need one another. They are put together in one place, so that modules import in one direction only. */
export interface BindFamilies {
  readonly query: (binder: Binder, query: AstQuery, context: QueryContext) => OpenQuery;
  readonly fromItem: (binder: Binder, item: AstFromItem, context: QueryContext) => BoundFrom;
}

/** Inlined views and CTEs multiply: each level that reads the one before twice doubles the plan. */
const MAX_RELATIONS = 10_000;

/** What the parts of one statement share while it is bound. */
export class Binder {
  readonly environment: BindEnvironment;
  readonly families: BindFamilies;
  readonly #usedParameters = new Set<number>();
  #numRelations = 0;

  constructor(environment: BindEnvironment, families: BindFamilies) {
    this.environment = environment;
    this.families = families;
  }

  column(name: string, type: DataType, nullable: boolean): Column {
    return { id: this.environment.newColumnId(), name, type, nullable };
  }

  /**
   * Columns for expressions over the rows of a plan. A column of the plan that is passed on keeps its id, unless an earlier one of
   * the list has it already.
   */
  columnsFor(expressions: readonly Expression[], names: readonly string[], input: LogicalPlan): Column[] {
    const taken = new Set<number>();
    const given = new Set(input.columns.map(({ id }) => id));
    const isNullable = nullability(input.columns, this.environment.functions);
    return expressions.map((expression, i) => {
      const nullable = isNullable(expression);
      if (expression.kind !== 'column' || taken.has(expression.id) || !given.has(expression.id)) {
        return this.column(names[i]!, expression.type, nullable);
      }
      taken.add(expression.id);
      return { id: expression.id, name: names[i]!, type: expression.type, nullable };
    });
  }

  /** Counts a table, view or CTE that is read once more. */
  countRelation(span: SourceSpan): void {
    if (++this.#numRelations <= MAX_RELATIONS) return;
    throw new QueryError(
      'FEATURE_NOT_IMPLEMENTED',
      `The query reads more than ${MAX_RELATIONS} tables, counting those behind views and CTEs.`,
      {
        span,
      },
    );
  }

  /** The value of `$number`. Throws PARAMETER_COUNT when there is none. */
  readonly parameter = (number: number, span: SourceSpan): ParameterValue => {
    const { parameters } = this.environment;
    this.#usedParameters.add(number);
    const value = parameters[number - 1] as ParameterValue | undefined;
    if (value !== undefined) return value;
    const given = parameters.length;
    const message =
      number >= 1 && number <= given
        ? `The value of parameter $${number} is undefined; give null for NULL.`
        : `There is no value for parameter $${number}: ${given === 1 ? '1 value was' : `${given} values were`} given.`;
    throw new QueryError('PARAMETER_COUNT', message, { span, details: { parameter: number, given } });
  };

  /** Throws PARAMETER_COUNT when a value was given that no `$n` asks for. */
  checkParameters(span: SourceSpan): void {
    const given = this.environment.parameters.length;
    for (let number = 1; number <= given; number++) {
      if (this.#usedParameters.has(number)) continue;
      throw new QueryError(
        'PARAMETER_COUNT',
        `${given === 1 ? '1 value was' : `${given} values were`} given, and the statement does not use $${number}.`,
        { span, details: { parameter: number, given } },
      );
    }
  }
}

/** A column of a plan as an expression. */
export function columnReference({ id, name, type }: Column, span?: SourceSpan): Expression {
  return { kind: 'column', id, name, type, span };
}
