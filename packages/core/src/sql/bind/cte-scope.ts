import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { DataType } from '../../types/index.ts';
import type { AstCte } from '../ast/index.ts';

/** The rows of the last round of a recursive query. */
export interface WorkTable {
  readonly number: number;
  readonly names: readonly string[];
  readonly types: readonly DataType[];
}

/** A query of WITH, and the CTEs that it can name itself. */
export interface CteDefinition {
  readonly cte: AstCte;
  readonly scope: CteScope | undefined;
  /** How often it was read. */
  numUses: number;
  /** It is being bound: a use now is a recursive one. */
  binding: boolean;
  /** While the step of a recursive query is bound: what it reads of itself. */
  work?: WorkTable | undefined;
}

/** The CTEs that a query can name, those of queries around included; nearer ones hide farther ones. */
export class CteScope {
  readonly #outer: CteScope | undefined;
  readonly #definitions = new Map<string, CteDefinition>();

  constructor(outer: CteScope | undefined) {
    this.#outer = outer;
  }

  find(name: string): CteDefinition | undefined {
    return this.#definitions.get(name) ?? this.#outer?.find(name);
  }

  define(cte: AstCte, scope: CteScope | undefined): void {
    this.#definitions.set(cte.name, { cte, scope, numUses: 0, binding: false });
  }

  /** Definitions that nothing has read. */
  unused(): CteDefinition[] {
    return [...this.#definitions.values()].filter(({ numUses }) => numUses === 0);
  }
}

/** Throws DUPLICATE_NAME for a name that WITH defines twice. */
export function checkCteNames(ctes: readonly AstCte[]): void {
  const seen = new Map<string, SourceSpan>();
  for (const { name, span } of ctes) {
    if (seen.has(name)) {
      throw new QueryError('DUPLICATE_NAME', `WITH defines "${name}" more than once.`, { span, details: { name } });
    }
    seen.set(name, span);
  }
}
