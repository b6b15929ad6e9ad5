import type { Expression } from '../expression/index.ts';
import type { PhysicalNodeBase } from './physical-plan.ts';

/** Rows of expressions without columns. */
export interface ValuesExec extends PhysicalNodeBase {
  readonly kind: 'ValuesExec';
  readonly rows: readonly (readonly Expression[])[];
}
