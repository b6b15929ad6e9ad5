import { internal } from '../error/index.ts';
import type { ColumnId, Expression } from '../expression/index.ts';
import { collectColumns, expressionsOfAggregate } from '../expression/traverse.ts';
import { sameType } from '../types/index.ts';
import { inputsOf, type LogicalPlan } from './logical-plan.ts';
import { describeLogicalNode } from './plan-display.ts';
import { scannedColumns } from './scan-node.ts';
import { windowExpressions } from './window-node.ts';

/**
 * Holds a plan against what every plan must satisfy: expressions use only columns of the inputs, with their types; the
 * columns of a node are as many as what computes them; ids are unique within a node. Throws `Internal`, naming the node
 * and the step that made the plan.
 */
export function checkLogicalPlan(plan: LogicalPlan, madeBy: string): void {
  checkNode(plan, madeBy, new Set());
}

/** `outer` are the columns of the rows that a subquery is computed for. */
function checkNode(plan: LogicalPlan, madeBy: string, outer: ReadonlySet<ColumnId>): void {
  const fail = (reason: string): never => {
    throw internal(`${madeBy} made a wrong plan: ${reason} in ${describeLogicalNode(plan)}`);
  };
  const inputs = inputsOf(plan);
  for (const input of inputs) {
    const isSubquery = plan.kind === 'DependentJoin' && input === plan.subquery;
    checkNode(input, madeBy, isSubquery ? new Set([...outer, ...plan.input.columns.map(({ id }) => id)]) : outer);
  }
  if (new Set(plan.columns.map(({ id }) => id)).size !== plan.columns.length) fail('a column id occurs twice');

  const available = new Map<ColumnId, LogicalPlan['columns'][number]>();
  for (const column of (plan.kind === 'Scan' ? [scannedColumns(plan)] : inputs).flatMap((node) => node.columns)) {
    available.set(column.id, column);
  }
  const check = (expression: Expression) => {
    for (const id of collectColumns(expression))
      if (!available.has(id) && !outer.has(id)) fail(`no input gives column ${id}`);
  };
  const checkOutput = (expressions: readonly Expression[], from = 0) => {
    expressions.forEach((expression, i) => {
      check(expression);
      const column = plan.columns[from + i];
      if (!column) fail('there are more expressions than columns');
      else if (!sameType(column.type, expression.type))
        fail(`column ${column.name} has not the type of its expression`);
    });
  };
  const checkPassed = (columns: readonly LogicalPlan['columns'][number][]) => {
    if (plan.columns.length !== columns.length) fail('it does not pass its columns on');
    plan.columns.forEach((column, i) => {
      if (column.id !== columns[i]!.id) fail(`it does not pass on column ${columns[i]!.name}`);
    });
  };

  switch (plan.kind) {
    case 'Scan':
      if (plan.source.length !== plan.columns.length) fail('source and columns differ in length');
      for (const filter of plan.filters) check(filter);
      break;
    case 'Values':
      for (const row of plan.rows) {
        if (row.length !== plan.columns.length) fail('a row has another length than the columns');
        checkOutput(row);
      }
      break;
    case 'Filter':
      check(plan.predicate);
      checkPassed(plan.input.columns);
      break;
    case 'Project':
      if (plan.expressions.length !== plan.columns.length) fail('expressions and columns differ in length');
      checkOutput(plan.expressions);
      break;
    case 'ProjectSet': {
      const { calls, ordinality } = plan;
      const own = plan.columns.slice(plan.input.columns.length);
      if (own.length !== calls.length + (ordinality ? 1 : 0)) fail('a column is missing');
      calls.forEach(({ args, type }, i) => {
        args.forEach(check);
        if (!sameType(type, own[i]!.type)) fail(`column ${own[i]!.name} has not the type of its call`);
      });
      checkPassed([...plan.input.columns, ...own]);
      break;
    }
    case 'Expand':
      for (const list of plan.projections) {
        if (list.length !== plan.columns.length) fail('expressions and columns differ in length');
        checkOutput(list);
      }
      break;
    case 'Aggregate':
      if (plan.groupBy.length + plan.aggregates.length !== plan.columns.length) fail('a column is missing');
      checkOutput(plan.groupBy);
      for (const call of plan.aggregates) expressionsOfAggregate(call).forEach(check);
      for (const keys of plan.alwaysGroups ?? []) {
        if (keys.length !== plan.groupBy.length) fail('a group that is always there lacks a key');
        if (keys.some((key) => key.kind !== 'literal')) fail('a group that is always there is no constant');
        checkOutput(keys);
      }
      break;
    case 'Join': {
      const left = new Set(plan.left.columns.map(({ id }) => id));
      const right = new Set(plan.right.columns.map(({ id }) => id));
      for (const { left: l, right: r } of plan.on) {
        if ([...collectColumns(l)].some((id) => !left.has(id))) fail('the left of a condition uses the right');
        if ([...collectColumns(r)].some((id) => !right.has(id))) fail('the right of a condition uses the left');
        if (!sameType(l.type, r.type)) fail('the sides of a condition differ in type');
      }
      if (plan.residual) check(plan.residual);
      if (plan.nullAware && (plan.type !== 'mark' || plan.on.length !== 1 || plan.residual)) {
        fail('only a mark join with one condition can be null-aware');
      }
      if (plan.type === 'mark') {
        if (plan.columns.at(-1)?.type.id !== 'boolean') fail('there is no mark');
        checkPassed([...plan.left.columns, plan.columns.at(-1)!]);
        break;
      }
      const leftOnly = plan.type === 'semi' || plan.type === 'anti';
      checkPassed(leftOnly ? plan.left.columns : [...plan.left.columns, ...plan.right.columns]);
      break;
    }
    case 'DependentJoin': {
      if (plan.condition) check(plan.condition);
      const { type, columns, subquery } = plan;
      if (type === 'scalar' && subquery.columns.length !== 1) fail('a scalar subquery must give one column');
      const isMark = type === 'exists' || type === 'any';
      if (isMark && columns.at(-1)?.type.id !== 'boolean') fail('there is no mark');
      checkPassed([...plan.input.columns, ...(isMark ? [columns.at(-1)!] : subquery.columns)]);
      break;
    }
    case 'Sort':
    case 'TopN':
      for (const { expression } of plan.keys) check(expression);
      checkPassed(plan.input.columns);
      break;
    case 'LimitBy':
      plan.by.forEach(check);
      for (const { expression } of plan.keys) check(expression);
      checkPassed(plan.input.columns);
      break;
    case 'Window': {
      const numPassed = plan.input.columns.length;
      if (plan.columns.length !== numPassed + plan.calls.length) fail('calls and columns differ in number');
      for (const key of plan.partitionBy) check(key);
      for (const { expression } of plan.orderBy) check(expression);
      plan.calls.forEach((window, i) => {
        windowExpressions(window).forEach(check);
        if (window.numOrderKeys > plan.orderBy.length) fail('a call has more keys than the window');
        if (!sameType(window.call.type, plan.columns[numPassed + i]!.type))
          fail('a column has not the type of its call');
        for (const bound of [window.frame.start, window.frame.end]) {
          if (bound.kind !== 'distance') continue;
          if (window.numOrderKeys !== 1) fail('a distance needs one key');
          if (!sameType(bound.key.type, bound.limit.type)) fail('a key and its limit differ in type');
        }
      });
      checkPassed([...plan.input.columns, ...plan.columns.slice(numPassed)]);
      break;
    }
    case 'Limit':
    case 'Distinct':
      checkPassed(plan.input.columns);
      break;
    case 'WorkTable':
      break;
    case 'Recursive':
    case 'Union':
      for (const input of inputs) {
        if (input.columns.length !== plan.columns.length) fail('an input has another number of columns');
        input.columns.forEach((column, i) => {
          if (!sameType(column.type, plan.columns[i]!.type)) fail(`column ${i} of an input has another type`);
        });
      }
      break;
  }
}
