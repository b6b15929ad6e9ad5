import { internal, isQueryError } from '../error/index.ts';
import { type DataType, formatType } from '../types/index.ts';
import { type Arena, Batch, type Vector, vectorValue } from '../vector/index.ts';
import { EvaluationFrame, frameFor } from './evaluation-frame.ts';
import type { ColumnId, Expression } from './expression.ts';
import type { ExpressionRuntime } from './expression-runtime.ts';
import { CallNode } from './node/call-node.ts';
import { CaseNode } from './node/case-node.ts';
import { CastNode } from './node/cast-node.ts';
import { CoalesceNode } from './node/coalesce-node.ts';
import { ColumnNode } from './node/column-node.ts';
import { DictionaryNode } from './node/dictionary-node.ts';
import type { ExpressionNode } from './node/expression-node.ts';
import { InListNode } from './node/in-list-node.ts';
import { IsNullNode } from './node/is-null-node.ts';
import { LiteralNode } from './node/literal-node.ts';
import { LogicalNode } from './node/logical-node.ts';
import { NotNode } from './node/not-node.ts';
import { expressionKey } from './traverse.ts';

/** An expression made ready for batches of one layout. */
export interface CompiledExpression {
  readonly type: DataType;
  /**
   * The values for the rows of the batch, dense: row `i` is the batch's i-th row. Flat, dictionary or constant; valid as long
   * as the batch and the arena's content are, except what lies in the runtime's own memory, which lives longer. Throws a
   * `QueryError` of kind `Execution` that carries the expression's span when a row makes it fail.
   */
  evaluate(batch: Batch, arena: Arena): Vector;
}

/**
 * Compiles an expression whose columns stand in a batch in the order of `layout`. Expressions compiled with the same runtime
 * and layout share their common subexpressions: evaluated on the same batch and arena, each is computed once.
 */
export function compileExpression(
  expression: Expression,
  layout: readonly ColumnId[],
  runtime: ExpressionRuntime,
): CompiledExpression {
  const node = compilerFor(runtime, layout).compile(expression);
  return {
    type: expression.type,
    evaluate: (batch, arena) => frameFor(runtime, batch, arena).evaluate(node),
  };
}

const compilers = new WeakMap<ExpressionRuntime, Map<string, ExpressionCompiler>>();

/** The compiler for a layout; there is one for each runtime and layout, so that nodes can be shared. */
export function compilerFor(runtime: ExpressionRuntime, layout: readonly ColumnId[]): ExpressionCompiler {
  let byLayout = compilers.get(runtime);
  if (!byLayout) {
    byLayout = new Map();
    compilers.set(runtime, byLayout);
  }
  const key = layout.join();
  let compiler = byLayout.get(key);
  if (!compiler) {
    compiler = new ExpressionCompiler(runtime, layout);
    byLayout.set(key, compiler);
  }
  return compiler;
}

/** Turns expressions into nodes, one node for equal expressions. */
export class ExpressionCompiler {
  readonly runtime: ExpressionRuntime;
  readonly #places: ReadonlyMap<ColumnId, number>;
  readonly #nodes = new Map<string, ExpressionNode>();
  readonly #dictionaryNodes = new Map<ExpressionNode, ExpressionNode>();

  constructor(runtime: ExpressionRuntime, layout: readonly ColumnId[]) {
    this.runtime = runtime;
    this.#places = new Map(layout.map((id, index) => [id, index]));
  }

  /** The place of a column in the batch. */
  placeOf(id: ColumnId, name: string): number {
    const place = this.#places.get(id);
    if (place === undefined) throw internal(`column ${name} (#${id}) is not in the input of its expression`);
    return place;
  }

  /** The node of a whole expression: over a dictionary column it works by entry. */
  compile(expression: Expression): ExpressionNode {
    return this.#byEntry(this.node(expression));
  }

  /** The node of an expression that always evaluates rows. */
  node(expression: Expression): ExpressionNode {
    const key = expressionKey(expression);
    const known = this.#nodes.get(key);
    if (known) {
      known.isShared = known.isDeterministic;
      return known;
    }
    const built = this.#folded(this.#build(expression));
    if (built.isDeterministic) this.#nodes.set(key, built);
    return built;
  }

  /** The arguments of one node: those over a single column, which the node as a whole is not, work by entry. */
  #args(expressions: readonly Expression[]): ExpressionNode[] {
    const nodes = expressions.map((expression) => this.node(expression));
    const columns = new Set(nodes.flatMap((node) => node.columns));
    const wholeWorksByEntry = columns.size <= 1 && nodes.every((node) => node.isDeterministic);
    return wholeWorksByEntry ? nodes : nodes.map((node) => this.#byEntry(node));
  }

  #byEntry(node: ExpressionNode): ExpressionNode {
    if (node.columns.length !== 1 || !node.isDeterministic || node instanceof ColumnNode) return node;
    let wrapped = this.#dictionaryNodes.get(node);
    if (wrapped) {
      wrapped.isShared = true;
    } else {
      wrapped = new DictionaryNode(node, this.runtime);
      this.#dictionaryNodes.set(node, wrapped);
    }
    return wrapped;
  }

  #build(expression: Expression): ExpressionNode {
    const { runtime } = this;
    switch (expression.kind) {
      case 'column':
        return new ColumnNode(expression.type, this.placeOf(expression.id, expression.name));
      case 'literal':
        return new LiteralNode(expression.type, expression.value, runtime);
      case 'call': {
        const overload = runtime.functions.scalarOverload(expression.overload);
        const definition = runtime.functions.scalar(expression.name);
        if (!overload || !definition) throw internal(`function ${expression.overload} is not in the registry`);
        return new CallNode(expression, overload, definition.volatility, this.#args(expression.args), runtime);
      }
      case 'cast':
        return new CastNode(expression, this.#args([expression.arg])[0]!, runtime);
      case 'and':
      case 'or':
        return new LogicalNode(expression.kind, this.#args(expression.args));
      case 'not':
        return new NotNode(this.#args([expression.arg])[0]!);
      case 'is-null':
        return new IsNullNode(this.#args([expression.arg])[0]!, expression.negated);
      case 'coalesce':
        return new CoalesceNode(expression.type, this.#args(expression.args));
      case 'in-list':
        return new InListNode(expression, this.#args([expression.arg])[0]!, runtime);
      case 'case': {
        const { branches, otherwise, type } = expression;
        const args = this.#args([
          ...branches.flatMap(({ when, then }) => [when, then]),
          ...(otherwise ? [otherwise] : []),
        ]);
        return new CaseNode(
          type,
          branches.map((_, i) => ({ when: args[2 * i]!, result: args[2 * i + 1]! })),
          otherwise && args.at(-1)!,
        );
      }
      default:
        throw internal(`unknown expression of type ${formatType((expression as Expression).type)}`);
    }
  }

  /**
   * A node over constants becomes its value. One that fails stays as it is: it fails when a row reaches it, which a CASE may
   * prevent.
   */
  #folded(node: ExpressionNode): ExpressionNode {
    if (node.columns.length > 0 || !node.isDeterministic || node instanceof LiteralNode) return node;
    const { runtime } = this;
    try {
      const vector = new EvaluationFrame(new Batch([], 1), runtime.arena).evaluate(node);
      return new LiteralNode(node.type, vectorValue(vector, 0, runtime.memory), runtime);
    } catch (error) {
      if (isQueryError(error) && error.kind === 'Execution') return node;
      throw error;
    }
  }
}
