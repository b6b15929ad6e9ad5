import type { Expression, FrameBound, SortKey, WindowCall } from '../expression/index.ts';
import { mapAggregate, mapSame } from '../expression/traverse.ts';
import { inputsOf, type LogicalPlan, withInputs } from './logical-plan.ts';

/** Rewrites a plan from the leaves up; nodes that nothing changed stay the same objects. */
export function rewritePlan(plan: LogicalPlan, rewrite: (node: LogicalPlan) => LogicalPlan): LogicalPlan {
  return rewrite(
    withInputs(
      plan,
      mapSame(inputsOf(plan), (input) => rewritePlan(input, rewrite)),
    ),
  );
}

/** Every node of a plan, inputs before the nodes that read them. */
export function* walkPlan(plan: LogicalPlan): Generator<LogicalPlan> {
  for (const input of inputsOf(plan)) yield* walkPlan(input);
  yield plan;
}

/** The same node with each of its own expressions mapped; inputs are left alone. */
export function mapNodeExpressions(plan: LogicalPlan, map: (expression: Expression) => Expression): LogicalPlan {
  const mapKeys = (keys: readonly SortKey[]) =>
    mapSame(keys, (key) => {
      const expression = map(key.expression);
      return expression === key.expression ? key : { ...key, expression };
    });
  switch (plan.kind) {
    case 'Scan': {
      const filters = mapSame(plan.filters, map);
      return filters === plan.filters ? plan : { ...plan, filters };
    }
    case 'Values': {
      const rows = mapSame(plan.rows, (row) => mapSame(row, map));
      return rows === plan.rows ? plan : { ...plan, rows };
    }
    case 'Filter': {
      const predicate = map(plan.predicate);
      return predicate === plan.predicate ? plan : { ...plan, predicate };
    }
    case 'Project': {
      const expressions = mapSame(plan.expressions, map);
      return expressions === plan.expressions ? plan : { ...plan, expressions };
    }
    case 'ProjectSet': {
      const calls = mapSame(plan.calls, (call) => {
        const args = mapSame(call.args, map);
        return args === call.args ? call : { ...call, args };
      });
      return calls === plan.calls ? plan : { ...plan, calls };
    }
    case 'Expand': {
      const projections = mapSame(plan.projections, (list) => mapSame(list, map));
      return projections === plan.projections ? plan : { ...plan, projections };
    }
    case 'Aggregate': {
      const groupBy = mapSame(plan.groupBy, map);
      const aggregates = mapSame(plan.aggregates, (call) => mapAggregate(call, map));
      return groupBy === plan.groupBy && aggregates === plan.aggregates ? plan : { ...plan, groupBy, aggregates };
    }
    case 'Join': {
      const on = mapSame(plan.on, (condition) => {
        const left = map(condition.left);
        const right = map(condition.right);
        return left === condition.left && right === condition.right ? condition : { ...condition, left, right };
      });
      const residual = plan.residual && map(plan.residual);
      return on === plan.on && residual === plan.residual ? plan : { ...plan, on, residual };
    }
    case 'DependentJoin': {
      const condition = plan.condition && map(plan.condition);
      return condition === plan.condition ? plan : { ...plan, condition };
    }
    case 'Sort':
    case 'TopN': {
      const keys = mapKeys(plan.keys);
      return keys === plan.keys ? plan : { ...plan, keys };
    }
    case 'LimitBy': {
      const by = mapSame(plan.by, map);
      const keys = mapKeys(plan.keys);
      return by === plan.by && keys === plan.keys ? plan : { ...plan, by, keys };
    }
    case 'Window': {
      const partitionBy = mapSame(plan.partitionBy, map);
      const orderBy = mapKeys(plan.orderBy);
      const calls = mapSame(plan.calls, (call) => mapWindowCall(call, map));
      const same = partitionBy === plan.partitionBy && orderBy === plan.orderBy && calls === plan.calls;
      return same ? plan : { ...plan, partitionBy, orderBy, calls };
    }
    default:
      return plan;
  }
}

/** The same call over other expressions; its offsets, which are constants, stay. */
export function mapWindowCall(window: WindowCall, map: (expression: Expression) => Expression): WindowCall {
  const mapBound = (bound: FrameBound): FrameBound => {
    if (bound.kind !== 'distance') return bound;
    const [key, limit] = [map(bound.key), map(bound.limit)];
    return key === bound.key && limit === bound.limit ? bound : { ...bound, key, limit };
  };
  const call = mapAggregate(window.call, map);
  const start = mapBound(window.frame.start);
  const end = mapBound(window.frame.end);
  if (call === window.call && start === window.frame.start && end === window.frame.end) return window;
  return { ...window, call, frame: { ...window.frame, start, end } };
}
