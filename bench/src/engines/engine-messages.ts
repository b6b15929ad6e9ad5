import type { EngineQuery, EngineSetup, RunFacts } from './engine-adapter.ts';
import type { EngineName } from './engine-name.ts';
import type { ResultRow } from './result-rows.ts';

/** What the process of an engine is asked; one request at a time. */
export type EngineRequest =
  | { readonly kind: 'open'; readonly engine: EngineName; readonly setup: EngineSetup }
  | { readonly kind: 'rows'; readonly query: EngineQuery }
  | { readonly kind: 'run' | 'objects'; readonly query: EngineQuery }
  | { readonly kind: 'reset-peak' }
  | { readonly kind: 'close' };

/** One timed run. */
export interface RunSample extends RunFacts {
  readonly wallMs: number;
  /** User and system time of all threads of the engine's process. */
  readonly cpuMs: number;
  /** Peak resident memory of the engine's process since the last `reset-peak`. */
  readonly peakRssBytes: number;
}

/** What each kind of request is answered with. */
export interface EngineAnswers {
  readonly open: null;
  readonly rows: readonly ResultRow[];
  readonly run: RunSample;
  readonly objects: RunSample;
  readonly 'reset-peak': boolean;
  readonly close: null;
}

export type EngineResponse =
  | { readonly ok: true; readonly answer: EngineAnswers[keyof EngineAnswers] }
  | { readonly ok: false; readonly isUnsupported: boolean; readonly message: string };
