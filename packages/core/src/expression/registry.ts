import { QueryError } from '../error/index.ts';
import { AGGREGATE_FUNCTIONS } from './aggregate/index.ts';
import type {
  AggregateFunction,
  AggregateOverload,
  FunctionRegistry,
  ScalarFunction,
  ScalarOverload,
  WindowFunction,
  WindowOverload,
} from './function.ts';
import { INTERNAL_FUNCTIONS } from './internal-functions.ts';
import { OPERATORS } from './operator/index.ts';
import { SCALAR_FUNCTIONS } from './scalar/index.ts';
import { WINDOW_FUNCTIONS } from './window/index.ts';

/** The functions that a binder and a compiler can find, by name or alias and by overload. Immutable. */
export class Functions implements FunctionRegistry {
  readonly #scalars = new Map<string, ScalarFunction>();
  readonly #aggregates = new Map<string, AggregateFunction>();
  readonly #scalarOverloads = new Map<string, ScalarOverload>();
  readonly #aggregateOverloads = new Map<string, AggregateOverload>();
  readonly #windows = new Map<string, WindowFunction>();
  readonly #windowOverloads = new Map<string, WindowOverload>();

  /** Throws `BAD_ARGUMENT` when two functions have the same name, or two overloads the same id. */
  constructor(
    scalars: readonly ScalarFunction[],
    aggregates: readonly AggregateFunction[],
    windows: readonly WindowFunction[],
  ) {
    for (const definition of scalars) {
      register(definition, this.#scalars, this.#scalarOverloads);
    }
    for (const definition of aggregates) {
      register(definition, this.#aggregates, this.#aggregateOverloads);
    }
    for (const definition of windows) {
      register(definition, this.#windows, this.#windowOverloads);
    }
  }

  scalar(name: string): ScalarFunction | undefined {
    return this.#scalars.get(name);
  }

  scalarOverload(id: string): ScalarOverload | undefined {
    return this.#scalarOverloads.get(id);
  }

  aggregate(name: string): AggregateFunction | undefined {
    return this.#aggregates.get(name);
  }

  aggregateOverload(id: string): AggregateOverload | undefined {
    return this.#aggregateOverloads.get(id);
  }

  window(name: string): WindowFunction | undefined {
    return this.#windows.get(name);
  }

  windowOverload(id: string): WindowOverload | undefined {
    return this.#windowOverloads.get(id);
  }

  names(): readonly string[] {
    return [...this.#scalars.keys(), ...this.#aggregates.keys(), ...this.#windows.keys()];
  }

  /** A registry with more scalar functions; one whose name is taken replaces the function that had it. */
  with(functions: readonly ScalarFunction[]): Functions {
    const replaced = new Set(functions.flatMap((definition) => [definition.name, ...(definition.aliases ?? [])]));
    const kept = [...new Set(this.#scalars.values())].filter(
      (definition) => ![definition.name, ...(definition.aliases ?? [])].some((name) => replaced.has(name)),
    );
    return new Functions(
      [...kept, ...functions],
      [...new Set(this.#aggregates.values())],
      [...new Set(this.#windows.values())],
    );
  }
}

interface Definition<Overload extends { readonly id: string }> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly overloads: readonly Overload[];
}

function register<Overload extends { readonly id: string }, Function extends Definition<Overload>>(
  definition: Function,
  byName: Map<string, Function>,
  byId: Map<string, Overload>,
): void {
  for (const name of [definition.name, ...(definition.aliases ?? [])]) {
    if (byName.has(name)) throw new QueryError('BAD_ARGUMENT', `There are two functions called ${name}.`);
    byName.set(name, definition);
  }
  for (const overload of definition.overloads) {
    if (byId.has(overload.id)) throw new QueryError('BAD_ARGUMENT', `There are two overloads ${overload.id}.`);
    byId.set(overload.id, overload);
  }
}

let functions: Functions | undefined;

/** Every function and operator that comes with Millrace. */
export function defaultFunctions(): Functions {
  functions ??= new Functions(
    [...OPERATORS, ...SCALAR_FUNCTIONS, ...INTERNAL_FUNCTIONS],
    AGGREGATE_FUNCTIONS,
    WINDOW_FUNCTIONS,
  );
  return functions;
}
