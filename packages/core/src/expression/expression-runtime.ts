import type { MemoryAccount } from '../runtime/index.ts';
import { Arena, type LinearMemory } from '../vector/index.ts';
import type { FunctionRegistry } from './function.ts';

export interface ExpressionRuntimeOptions {
  readonly memory: LinearMemory;
  /** Charged with constants, lookup tables and results that are kept for a dictionary. */
  readonly account: MemoryAccount;
  readonly functions: FunctionRegistry;
  /** Microseconds since 1970-01-01 UTC when the query started. */
  readonly startedMicros: bigint;
  /** IANA name of the session's time zone. Default `UTC`. */
  readonly timeZone?: string;
  /** Numbers in [0, 1) for volatile functions. */
  readonly nextRandom: () => number;
}

/**
 * What the compiled expressions of one task share: memory, functions, session settings, and what outlives a batch. Close it
 * when the last of them has been evaluated; that frees everything they kept.
 */
export class ExpressionRuntime {
  readonly memory: LinearMemory;
  readonly functions: FunctionRegistry;
  readonly startedMicros: bigint;
  readonly timeZone: string;
  readonly nextRandom: () => number;
  /** For what lives as long as the runtime: constants and lookup tables. */
  readonly arena: Arena;
  readonly #account: MemoryAccount;
  readonly #arenas: Arena[] = [];

  constructor(options: ExpressionRuntimeOptions) {
    this.memory = options.memory;
    this.functions = options.functions;
    this.startedMicros = options.startedMicros;
    this.timeZone = options.timeZone ?? 'UTC';
    this.nextRandom = options.nextRandom;
    this.#account = options.account;
    this.arena = this.newArena();
  }

  /** An arena that is closed with the runtime; whoever asked for it may reset it. */
  newArena(): Arena {
    const arena = new Arena(this.memory, this.#account);
    this.#arenas.push(arena);
    return arena;
  }

  /** Frees all memory of the runtime. Idempotent. */
  close(): void {
    for (const arena of this.#arenas) arena.close();
  }
}
