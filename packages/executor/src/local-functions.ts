import { defaultFunctions, type FunctionRegistry, type StageGraph } from '@millrace/core/executor';

/**
 * The stages that call functions which the program has given to its engine. Those are closures: they exist in the thread that made them
 * and nowhere else.
 */
export function stagesWithLocalFunctions(
  graph: StageGraph,
  functions: FunctionRegistry | undefined,
): ReadonlySet<number> {
  const stages = new Set<number>();
  if (!functions) return stages;
  const builtIn = defaultFunctions();
  const isLocal = (overload: string) => functions.scalarOverload(overload) !== builtIn.scalarOverload(overload);
  for (const { id, fragment } of graph.stages) if (callsAny(fragment, isLocal)) stages.add(id);
  return stages;
}

/** Fragments are plain data, in which a call is whatever names an overload. */
function callsAny(value: unknown, isLocal: (overload: string) => boolean): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  const { overload } = value as { readonly overload?: unknown };
  if (typeof overload === 'string' && isLocal(overload)) return true;
  return Object.values(value).some((part) => callsAny(part, isLocal));
}
