import type { Expression } from '../expression/index.ts';
import type { PhysicalNodeBase, PhysicalPlan } from './physical-plan.ts';

/** `probe = build`; the two sides have the same type. A null key matches nothing unless `nullSafe` (IS NOT DISTINCT FROM). */
export interface HashJoinKey {
  readonly probe: Expression;
  readonly build: Expression;
  readonly nullSafe: boolean;
}

/**
 * Builds a hash table over `build`, then streams `probe` past it. Seen from the probe side: `left` keeps every probe row,
 * `right` every build row, `full` both; `semi` and `anti` give probe rows that have or lack a match, `mark` all of them and whether
 * they have one.
 *
 * Columns: those of the probe, then those of the build (`semi`, `anti`: the probe only; `mark`: the probe and a boolean).
 */
export interface HashJoinExec extends PhysicalNodeBase {
  readonly kind: 'HashJoinExec';
  readonly type: 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti' | 'mark';
  readonly probe: PhysicalPlan;
  readonly build: PhysicalPlan;
  readonly keys: readonly HashJoinKey[];
  /** Must hold too for a pair to match; over the columns of both sides. */
  readonly residual: Expression | undefined;
  /**
   * Of a `mark` join with one key and no residual: without a match the mark is null, not false, where the key of the probe row is null
   * or that of a build row, unless there are no build rows (`key IN (build)`). Every task must have the whole build side.
   */
  readonly nullAware?: boolean | undefined;
  /** Every task reads the same build side, so those of one worker may share it. */
  readonly sharesBuild?: boolean | undefined;
}
