import { QueryError, type SourceSpan } from '../error/index.ts';
import type { ScalarFunction } from '../expression/index.ts';
import type { Executor } from '../physical/index.ts';
import type { Clock, Random } from '../runtime/index.ts';
import type { ObjectStore } from '../storage/index.ts';

/** Where an object lies: the name of a store of the engine, and the path (or glob) within it. */
export interface Location {
  readonly store: string;
  readonly path: string;
}

/** What an engine is made of. Components are objects that work; settings are plain values. */
export interface EngineOptions {
  /**
   * Stores by name. `'lake/orders/*.parquet'` and `'lake://orders/*.parquet'` are both in the store `lake`; what begins with no
   * store's name is looked up in the store `default`, if there is one.
   */
  readonly stores?: Readonly<Record<string, ObjectStore>>;
  /** Runs the tasks. Default: on the calling thread. Belongs to the engine from then on, and is closed with it. */
  readonly executor?: Executor;
  /** Turns what a user wrote as a location into a store and a path; asked before the rule of `stores`. */
  readonly resolveLocation?: (location: string) => Location | undefined;
  /** JavaScript functions that SQL may call, beside the built-in ones. */
  readonly functions?: readonly ScalarFunction[];
  readonly clock?: Clock;
  readonly random?: Random;
  readonly settings?: EngineSettings;
}

/** Plain values, each with a default. */
export interface EngineSettings {
  /** Bytes that all queries together may hold: a number, or a text such as `'512MB'` or `'2GiB'`. Default: 2 GiB. */
  readonly memory?: number | string;
  /**
   * Bytes that a sort, an aggregation or a join of one task may hold before it puts rows out of memory. Default: as much as `memory`
   * allows, which is nearly always best.
   */
  readonly operatorMemory?: number | string;
  /** Most rows of a batch, 1 to 65,536. Default: 8,192. */
  readonly batchRows?: number;
  /** IANA name of the session's time zone. Default: `'UTC'`. */
  readonly timeZone?: string;
  /** Bytes of splits requested ahead of the one being computed, for each task. Default: 32 MiB. */
  readonly readAhead?: number | string;
  /** Which decoder reads Parquet pages. Default: `'auto'`. */
  readonly decoder?: 'auto' | 'parquet-wasm';
  /** Whether aggregations may run as WebAssembly loops that are generated for them; with `'off'` they are vectorised. Default: `'auto'`. */
  readonly fusion?: 'auto' | 'off';
  /** Rounds after which a WITH RECURSIVE that is not done fails with ITERATION_LIMIT, at least 1. Default: 100,000. */
  readonly maxRecursion?: number;
  /** Optimizer rules left out, by name. Default: none. */
  readonly disabledRules?: readonly string[];
  /** Holds every plan against the plan checker after every rule. Default: false. */
  readonly checkPlans?: boolean;
  /** US dollars for a thousand GET requests, for `EXPLAIN (COST)`. Default: 0.0004, Amazon S3 Standard in us-east-1. */
  readonly dollarsPerThousandGets?: number;
}

/** Settings with their defaults, checked. */
export interface ResolvedSettings {
  readonly memoryBytes: number;
  readonly operatorBytes: number | undefined;
  readonly batchRows: number;
  readonly timeZone: string;
  readonly readAheadBytes: number;
  readonly decoder: 'auto' | 'parquet-wasm';
  readonly fusion: 'auto' | 'off';
  readonly maxRecursion: number;
  readonly disabledRules: ReadonlySet<string>;
  readonly checkPlans: boolean;
  readonly dollarsPerThousandGets: number;
}

const KNOWN_SETTINGS: ReadonlySet<string> = new Set([
  'memory',
  'operatorMemory',
  'batchRows',
  'timeZone',
  'readAhead',
  'decoder',
  'fusion',
  'maxRecursion',
  'disabledRules',
  'checkPlans',
  'dollarsPerThousandGets',
] satisfies (keyof EngineSettings)[]);

const SMALLEST_MEMORY_BYTES = 16 << 20;

/** Defaults filled in. Throws `InvalidArgument` (`BAD_SETTING`), naming the setting and what it may be. */
export function resolveSettings(settings: EngineSettings, ruleNames: readonly string[]): ResolvedSettings {
  for (const name of Object.keys(settings)) {
    if (!KNOWN_SETTINGS.has(name)) {
      throw badSetting(name, `is no setting; the settings are ${[...KNOWN_SETTINGS].join(', ')}`);
    }
  }
  const { batchRows = 8192, timeZone = 'UTC', decoder = 'auto', fusion = 'auto', checkPlans = false } = settings;
  const { dollarsPerThousandGets = 0.0004, disabledRules = [], maxRecursion = 100_000 } = settings;
  const memoryBytes = parseBytes('memory', settings.memory ?? '2GiB');
  if (memoryBytes < SMALLEST_MEMORY_BYTES) throw badSetting('memory', 'must be at least 16MiB');
  if (!Number.isInteger(batchRows) || batchRows < 1 || batchRows > 65_536) {
    throw badSetting('batchRows', `must be a whole number from 1 to 65536, not ${batchRows}`);
  }
  if (decoder !== 'auto' && decoder !== 'parquet-wasm') {
    throw badSetting('decoder', `must be 'auto' or 'parquet-wasm', not '${String(decoder)}'`);
  }
  if (fusion !== 'auto' && fusion !== 'off') {
    throw badSetting('fusion', `must be 'auto' or 'off', not '${String(fusion)}'`);
  }
  if (!Number.isInteger(maxRecursion) || maxRecursion < 1) {
    throw badSetting('maxRecursion', `must be a whole number of 1 or more, not ${maxRecursion}`);
  }
  if (!(dollarsPerThousandGets >= 0)) throw badSetting('dollarsPerThousandGets', 'must be a number of 0 or more');
  for (const name of disabledRules) {
    if (!ruleNames.includes(name)) {
      throw badSetting('disabledRules', `names no rule with '${name}'; the rules are ${ruleNames.join(', ')}`);
    }
  }
  checkTimeZone(timeZone);
  const { operatorMemory } = settings;
  return {
    memoryBytes,
    operatorBytes: operatorMemory === undefined ? undefined : parseBytes('operatorMemory', operatorMemory),
    batchRows,
    timeZone,
    readAheadBytes: parseBytes('readAhead', settings.readAhead ?? '32MiB'),
    decoder,
    fusion,
    maxRecursion,
    disabledRules: new Set(disabledRules),
    checkPlans,
    dollarsPerThousandGets,
  };
}

/** Throws `BAD_SETTING` for what is no time zone. */
export function checkTimeZone(timeZone: string, span?: SourceSpan): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw badSetting('timeZone', `must be an IANA time zone such as 'Europe/Berlin', not '${timeZone}'`, span);
  }
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes from a number or from a text with a unit: `'512MB'` is 512,000,000, `'512MiB'` is 536,870,912. */
export function parseBytes(setting: string, value: number | string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(value));
  const unit = match && UNITS[match[2]!.toLowerCase()];
  const bytes = match && unit !== undefined ? Math.floor(Number(match[1]) * unit!) : Number.NaN;
  if (!Number.isSafeInteger(bytes)) {
    throw badSetting(setting, `must be a number of bytes or a text such as '512MB' or '2GiB', not '${value}'`);
  }
  return bytes;
}

function badSetting(name: string, reason: string, span?: SourceSpan): QueryError {
  return new QueryError('BAD_SETTING', `The setting '${name}' ${reason}.`, { details: { setting: name }, span });
}
