import type { SourceSpan } from '../../error/index.ts';
import type { DataType } from '../../types/index.ts';
import type { Expression } from '../expression.ts';
import type { ParameterType, ReturnTypeOf } from '../function.ts';

/**
 * A call that gives none, one or many rows for a row:
 *
 * - `unnest`: the elements of its one argument, a list; those of lists in it one after the other.
 * - `generate_series`: from the first argument to the second by the third.
 */
export interface SetCall {
  readonly name: 'unnest' | 'generate_series';
  readonly args: readonly Expression[];
  /** Of the values. */
  readonly type: DataType;
  readonly span?: SourceSpan | undefined;
}

/** The set call that a function of SQL is. */
export type SetMeaning =
  | { readonly kind: 'series' }
  | { readonly kind: 'elements' }
  /** The elements of the list that this scalar function makes of the same arguments. */
  | { readonly kind: 'elements-of'; readonly list: string }
  /** The positions in a dimension of an array. */
  | { readonly kind: 'subscripts' };

export interface SetOverload {
  readonly id: string;
  readonly parameters: readonly ParameterType[];
  readonly returns: DataType | ReturnTypeOf;
}

/** A function that gives rows: in FROM, or in a select list. */
export interface SetFunction {
  readonly name: string;
  readonly description: string;
  /** What stands behind SELECT, and what PostgreSQL prints for its rows. */
  readonly examples: readonly { readonly sql: string; readonly result: readonly string[] }[];
  readonly meaning: SetMeaning;
  readonly overloads: readonly SetOverload[];
}
