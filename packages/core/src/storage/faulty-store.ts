import { throwIfAborted } from '../error/index.ts';
import { type Random, seededRandom } from '../runtime/random.ts';
import { timerSleep } from '../runtime/timers.ts';
import { validateRanges, viewsOfRanges } from './byte-range.ts';
import { FAULT_OPERATIONS, type FaultName, type FaultRule, faultError, validateFaultRule } from './fault.ts';
import { observeBody } from './object-body.ts';
import type {
  ByteRange,
  DeleteOptions,
  GetOptions,
  GetRangesOptions,
  GetRangesResult,
  GetResult,
  HeadOptions,
  ListOptions,
  ListPage,
  ObjectBody,
  ObjectMetadata,
  ObjectStore,
  PlainData,
  PutOptions,
  StoreCapabilities,
  StoreDescriptor,
} from './object-store.ts';
import { descriptorAsData, nestedDescriptor, type OpenStore } from './store-descriptor.ts';
import { badArgument, notCapable, versionMismatch } from './store-error.ts';
import type { StoreOperation } from './store-operation.ts';

export interface FaultyStoreSettings {
  /** The same seed gives the same faults to the same sequence of requests. */
  readonly seed: number;
  /** The first rule that strikes a request decides what happens to it. */
  readonly faults: readonly FaultRule[];
}

export interface FaultyStoreComponents {
  /** Decides about rates and positions in place of the seed. A store with it cannot be rebuilt elsewhere. */
  readonly random?: Random;
  /** Waits, or rejects when the signal aborts. Default: a timer. */
  readonly sleep?: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
}

export interface FaultyStore extends ObjectStore {
  /** How often each fault has happened. */
  faultCounts(): Readonly<Record<FaultName, number>>;
}

/**
 * A store whose requests fail on purpose, by seed and rule, as a store on a network fails. With no rules it is the store
 * that it wraps. A rebuilt one begins again: its requests count from one and its seed from the start.
 *
 * Errors: `BAD_SETTING` for a rule that makes no sense.
 */
export function faultyStore(
  inner: ObjectStore,
  settings: FaultyStoreSettings,
  components: FaultyStoreComponents = {},
): FaultyStore {
  return new FaultyObjectStore(inner, settings, components);
}

/** Rebuilds a {@link faultyStore} from its descriptor. */
export async function openFaultyStore(options: StoreDescriptor['options'], open: OpenStore): Promise<FaultyStore> {
  const { seed, faults } = options as unknown as FaultyStoreSettings;
  if (typeof seed !== 'number' || !Array.isArray(faults)) throw badArgument('A faulty store needs a seed and faults.');
  for (const rule of faults) validateFaultRule(rule);
  return faultyStore(await open(nestedDescriptor(options, 'inner')), { seed, faults });
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly operations: readonly StoreOperation[];
  readonly requests: ReadonlySet<number> | undefined;
  readonly random: Random;
  numSeen: number;
  numStruck: number;
}

class FaultyObjectStore implements FaultyStore {
  readonly contract = 1;
  readonly #inner: ObjectStore;
  readonly #settings: FaultyStoreSettings;
  readonly #rules: ActiveRule[];
  readonly #rebuildable: boolean;
  readonly #sleep: NonNullable<FaultyStoreComponents['sleep']>;

  constructor(inner: ObjectStore, settings: FaultyStoreSettings, components: FaultyStoreComponents) {
    this.#inner = inner;
    this.#settings = settings;
    this.#rebuildable = components.random === undefined;
    this.#sleep = components.sleep ?? timerSleep;
    const random = components.random ?? seededRandom(settings.seed);
    this.#rules = settings.faults.map((rule, index) => {
      validateFaultRule(rule);
      return {
        rule,
        operations: rule.operations ?? FAULT_OPERATIONS[rule.fault],
        requests: rule.requests && new Set(rule.requests),
        // A stream for each rule: one rule more or less does not change when the others strike.
        random: random.fork(`rule ${index}`),
        numSeen: 0,
        numStruck: 0,
      };
    });
  }

  get capabilities(): StoreCapabilities {
    const { capabilities } = this.#inner;
    return { ...capabilities, rebuildable: capabilities.rebuildable && this.#rebuildable };
  }

  faultCounts(): Readonly<Record<FaultName, number>> {
    const counts = Object.fromEntries(Object.keys(FAULT_OPERATIONS).map((name) => [name, 0]));
    for (const { rule, numStruck } of this.#rules) counts[rule.fault]! += numStruck;
    return counts as Record<FaultName, number>;
  }

  async get(path: string, options: GetOptions = {}): Promise<GetResult> {
    const struck = await this.#strike('get', path, options.signal, options.ifMatch);
    const result = await this.#inner.get(path, options);
    if (!struck) return result;
    const { rule, random } = struck;
    if (rule.fault === 'changed-object') return { ...result, metadata: changed(result.metadata) };
    const position = Math.floor(random.next() * result.range.length);
    let numSeen = 0;
    const body = observeBody(
      result.body,
      {
        part(bytes) {
          const at = position - numSeen;
          numSeen += bytes.length;
          if (at < 0 || at >= bytes.length) return bytes;
          if (rule.fault === 'truncated-body') throw faultError(rule, 'get', path);
          return flipBit(bytes.slice(), at, random);
        },
      },
      options.signal,
    );
    return { ...result, body };
  }

  async getRanges(
    path: string,
    ranges: readonly ByteRange[],
    options: GetRangesOptions = {},
  ): Promise<GetRangesResult> {
    const total = validateRanges(ranges, options.into);
    const struck = await this.#strike('getRanges', path, options.signal, options.ifMatch);
    if (!struck) return this.#inner.getRanges(path, ranges, options);
    const { rule, random } = struck;
    if (rule.fault === 'truncated-body') {
      const { ifMatch, signal } = options;
      const result = await this.#inner.getRanges(path, ranges, { ifMatch, signal });
      let left = Math.floor(random.next() * total);
      const views = viewsOfRanges(ranges, options.into ?? new Uint8Array(total));
      result.ranges.forEach((bytes, i) => {
        const arrived = bytes.subarray(0, left);
        views[i]!.set(arrived);
        left -= arrived.length;
      });
      throw faultError(rule, 'getRanges', path);
    }
    const result = await this.#inner.getRanges(path, ranges, options);
    if (rule.fault === 'changed-object') return { ...result, metadata: changed(result.metadata) };
    let position = Math.floor(random.next() * total);
    for (const bytes of result.ranges) {
      if (position >= 0 && position < bytes.length) flipBit(bytes, position, random);
      position -= bytes.length;
    }
    return result;
  }

  async head(path: string, options: HeadOptions = {}): Promise<ObjectMetadata> {
    const struck = await this.#strike('head', path, options.signal, options.ifMatch);
    const metadata = await this.#inner.head(path, options);
    return struck ? changed(metadata) : metadata;
  }

  async *list(prefix = '', options: ListOptions = {}): AsyncGenerator<ListPage, void> {
    const pages = this.#inner.list(prefix, options)[Symbol.asyncIterator]();
    try {
      while (true) {
        await this.#strike('list', prefix, options.signal, undefined);
        const next = await pages.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await pages.return?.();
    }
  }

  async put(path: string, body: ObjectBody, options: PutOptions = {}): Promise<ObjectMetadata> {
    const struck = await this.#strike('put', path, options.signal, undefined);
    const metadata = await this.#inner.put(path, body, options);
    if (struck) throw faultError(struck.rule, 'put', path);
    return metadata;
  }

  async delete(path: string, options: DeleteOptions = {}): Promise<void> {
    const struck = await this.#strike('delete', path, options.signal, undefined);
    await this.#inner.delete(path, options);
    if (struck) throw faultError(struck.rule, 'delete', path);
  }

  descriptor(): StoreDescriptor {
    if (!this.#rebuildable) {
      throw notCapable('Using a faulty store with a given source of randomness in another thread', 'Give it a seed.');
    }
    return {
      module: '@millrace/core/storage',
      export: 'openFaultyStore',
      options: {
        inner: descriptorAsData(this.#inner.descriptor()),
        seed: this.#settings.seed,
        faults: this.#settings.faults.map((rule) => ({ ...rule })) as readonly PlainData[],
      },
    };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /**
   * Decides the fate of one request. Faults that happen before the answer happen here; the answer is the rule of one
   * that happens to or after the answer.
   */
  async #strike(
    operation: StoreOperation,
    path: string,
    signal: AbortSignal | undefined,
    ifMatch: string | undefined,
  ): Promise<ActiveRule | undefined> {
    throwIfAborted(signal);
    const active = this.#choose(operation, path);
    if (!active) return undefined;
    active.numStruck += 1;
    const { rule } = active;
    switch (rule.fault) {
      case 'slow-first-byte':
        await this.#sleep(rule.delayMs ?? 1000, signal);
        return undefined;
      case 'changed-object':
        if (ifMatch !== undefined) throw versionMismatch(path, ifMatch, changedVersion(ifMatch));
        return active;
      case 'truncated-body':
      case 'corrupt-body':
      case 'lost-answer':
        return active;
      default:
        throw faultError(rule, operation, path);
    }
  }

  #choose(operation: StoreOperation, path: string): ActiveRule | undefined {
    let chosen: ActiveRule | undefined;
    for (const active of this.#rules) {
      const { rule, operations, requests, random } = active;
      if (!operations.includes(operation) || !path.startsWith(rule.pathPrefix ?? '')) continue;
      // Every rule counts and draws for every request that it applies to, so that rules do not disturb each other.
      active.numSeen += 1;
      const strikes = requests ? requests.has(active.numSeen) : random.next() < rule.rate!;
      if (strikes && !chosen && active.numStruck < (rule.times ?? Number.POSITIVE_INFINITY)) chosen = active;
    }
    return chosen;
  }
}

function changedVersion(version: string): string {
  return `${version}-changed`;
}

function changed(metadata: ObjectMetadata): ObjectMetadata {
  return { ...metadata, version: changedVersion(metadata.version) };
}

function flipBit(bytes: Uint8Array, position: number, random: Random): Uint8Array {
  bytes[position]! ^= 1 << Math.floor(random.next() * 8);
  return bytes;
}
