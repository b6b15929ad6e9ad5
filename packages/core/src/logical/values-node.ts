import type { Column, Expression } from '../expression/index.ts';

/** Rows of expressions without columns; no rows and no columns are both possible. */
export interface ValuesNode {
  readonly kind: 'Values';
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Expression[])[];
}
