import { QueryError, unsupported } from '../../error/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import { type DataType, decimal, formatType, sameType, VARCHAR } from '../../types/index.ts';
import type { AstCte, AstQuery, AstSetOperation } from '../ast/index.ts';
import { coerce } from '../coerce-expression.ts';
import { commonTypeOf, isUnknown } from '../common-type.ts';
import { requireEquality } from '../comparable-type.ts';
import { type Binder, columnReference, type OpenQuery, type QueryContext } from './binder.ts';
import type { CteDefinition } from './cte-scope.ts';
import { castColumns } from './project-plan.ts';

/** A recursive query, and its names for the columns. */
interface BoundRecursive {
  readonly plan: LogicalPlan;
  readonly names: readonly string[];
}

/** Whether a query of WITH RECURSIVE reads itself. */
export function isRecursive({ cte, scope }: CteDefinition): boolean {
  return scope?.find(cte.name)?.cte === cte && mentions(cte.query, cte.name);
}

/**
 * `first UNION [ALL] step`, where `step` reads the query itself: there it stands for the rows of the last round. The types of the columns
 * are those of the first part; decimals get the digits that the step needs. Throws INVALID_CLAUSE for any other form, TYPE_MISMATCH when
 * the step gives other types.
 */
export function bindRecursive(binder: Binder, definition: CteDefinition, context: QueryContext): BoundRecursive {
  const { cte } = definition;
  const { body, anchors, steps } = partsOf(cte);
  const bind = (query: AstQuery) => binder.families.query(binder, query, context);
  const anchor = bind(anchors.length === 1 ? anchors[0]! : { ...cte.query, body: { ...body, operands: anchors } });
  const names = cte.columns.length > 0 ? anchor.names.map((name, i) => cte.columns[i] ?? name) : anchor.names;
  const number = binder.environment.newColumnId();
  const bindSteps = (types: readonly DataType[]) => {
    definition.work = { number, names, types };
    return steps.map((step) => checkWidth(bind(step), anchor, step));
  };
  const first = anchor.outputs.map((output) => (isUnknown(output) ? VARCHAR : output.type));
  let types = first;
  let open = bindSteps(types);
  const wider = types.map((type, i) => widened(type, open, i));
  if (wider.some((type, i) => !sameType(type, types[i]!))) {
    types = wider;
    open = bindSteps(types);
  }
  checkTypes(cte, names, types, open);
  if (!body.all) for (const type of types) requireEquality(type, 'UNION', cte.span);
  const cast = (plan: LogicalPlan) =>
    castColumns(binder, plan, types, (expression, type) => coerce(expression, type, binder.environment));
  const stepPlans = open.map((step) => cast(step.close(types)));
  const columns = () => types.map((type, i) => binder.column(names[i]!, type, true));
  const [only, ...more] = stepPlans as [LogicalPlan, ...LogicalPlan[]];
  const step: LogicalPlan = more.length === 0 ? only : { kind: 'Union', columns: columns(), inputs: stepPlans };
  const plan: LogicalPlan = {
    kind: 'Recursive',
    columns: columns(),
    anchor: cast(anchor.close(first)),
    step,
    isDistinct: !body.all,
    workTable: number,
  };
  return { plan, names };
}

/** The rows of the last round, where a recursive query reads itself. */
export function bindWorkTable(binder: Binder, { cte, work }: CteDefinition): BoundRecursive {
  if (!work) {
    throw new QueryError(
      'INVALID_CLAUSE',
      `"${cte.name}" reads itself where it cannot: through another query of WITH.`,
      {
        span: cte.span,
        details: { name: cte.name },
      },
    );
  }
  const { number, names, types } = work;
  const columns = types.map((type, i) => binder.column(names[i]!, type, true));
  return { plan: { kind: 'WorkTable', columns, workTable: number }, names };
}

interface RecursiveParts {
  readonly body: AstSetOperation;
  readonly anchors: readonly AstQuery[];
  readonly steps: readonly AstQuery[];
}

function partsOf({ name, query, span }: AstCte): RecursiveParts {
  const { body, ctes, orderBy, limit, offset } = query;
  const isUnion = body.kind === 'set-operation' && body.operator === 'union';
  const operands = isUnion ? body.operands : [];
  const within = (operand: AstQuery): AstQuery => ({
    ...operand,
    ctes: [...ctes, ...operand.ctes],
    recursive: query.recursive || operand.recursive,
  });
  const anchors = operands.filter((operand) => !mentions(operand, name));
  const steps = operands.filter((operand) => mentions(operand, name)).map(within);
  if (!isUnion || anchors.length === 0 || mentions(ctes, name)) {
    throw new QueryError(
      'INVALID_CLAUSE',
      `The recursive query "${name}" must be: first part UNION [ALL] a part that reads it.`,
      {
        span,
        details: { name },
      },
    );
  }
  if (orderBy.length > 0) throw unsupported('ORDER BY in a recursive query', orderBy[0]!.expression.span);
  if (limit ?? offset) throw unsupported('LIMIT and OFFSET in a recursive query', (limit ?? offset)!.span);
  return { body, anchors: anchors.length === 1 ? anchors.map(within) : anchors, steps };
}

/** Whether a query reads a table of this name. */
function mentions(value: unknown, name: string): boolean {
  if (Array.isArray(value)) return value.some((item) => mentions(item, name));
  if (typeof value !== 'object' || value === null) return false;
  const { kind, path } = value as { kind?: unknown; path?: readonly string[] };
  if (kind === 'table') return path?.length === 1 && path[0] === name;
  return Object.values(value).some((child) => mentions(child, name));
}

function checkWidth(step: OpenQuery, anchor: OpenQuery, { span }: AstQuery): OpenQuery {
  if (step.outputs.length === anchor.outputs.length) return step;
  throw new QueryError('INVALID_CLAUSE', 'Each query of UNION must have the same number of columns.', {
    span,
    details: { first: anchor.outputs.length, other: step.outputs.length },
  });
}

/** Digits after the point of a numeric without a scale. */
const BARE_SCALE = 16;

/** A decimal with the digits that every round can need; any other type as it is. */
function widened(type: DataType, steps: readonly OpenQuery[], column: number): DataType {
  if (type.id !== 'decimal') return type;
  const scales = steps
    .map(({ outputs }) => outputs[column]!.type)
    .map((other) => (other.id === 'decimal' ? other.scale : 0));
  const same = steps.every(({ outputs }) => isUnknown(outputs[column]!) || sameType(outputs[column]!.type, type));
  return same ? type : decimal(38, Math.max(BARE_SCALE, type.scale, ...scales));
}

function checkTypes(
  cte: AstCte,
  names: readonly string[],
  types: readonly DataType[],
  steps: readonly OpenQuery[],
): void {
  for (const { outputs } of steps) {
    outputs.forEach((output, i) => {
      const type = types[i]!;
      const own = columnReference({ id: -1, name: names[i]!, type, nullable: true });
      const common = commonTypeOf([own, output]);
      if ((common && sameType(common, type)) || (type.id === 'decimal' && output.type.id === 'decimal')) return;
      const [first, other] = [formatType(type), formatType(output.type)];
      throw new QueryError(
        'TYPE_MISMATCH',
        `The column "${names[i]}" of the recursive query "${cte.name}" is ${first} in its first part, and ${other} in the other.`,
        { span: output.span ?? cte.span, details: { types: [first, other] }, hint: `Cast the first part to ${other}.` },
      );
    });
  }
}
