import { isQueryError, QueryError } from '../error/index.ts';
import type { ObjectStore, PlainData, StoreDescriptor } from './object-store.ts';

/** Builds the store that a descriptor describes. Wrappers are handed it to build the store that they wrap. */
export type OpenStore = (descriptor: StoreDescriptor) => Promise<ObjectStore>;

/** What `descriptor.export` of `descriptor.module` MUST be. It validates the options, which come from outside. */
export type StoreFactory = (options: StoreDescriptor['options'], open: OpenStore) => ObjectStore | Promise<ObjectStore>;

/** Loads a module by its specifier. Given by the caller, because a bare name is resolved from where the import stands. */
export type ImportModule = (specifier: string) => Promise<Readonly<Record<string, unknown>>>;

/**
 * Builds the store that `descriptor` describes, and whatever it wraps.
 *
 * Errors: `STORE_NOT_FOUND` when the module or the export is missing, `BAD_SETTING` when the descriptor or the store
 * is not of this contract, and whatever the factory throws.
 */
export async function openStore(
  descriptor: StoreDescriptor,
  importModule: ImportModule = (specifier) => import(specifier),
): Promise<ObjectStore> {
  validateDescriptor(descriptor);
  const { module, export: name, options } = descriptor;
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = await importModule(module);
  } catch (cause) {
    if (isQueryError(cause)) throw cause;
    throw new QueryError('STORE_NOT_FOUND', `The storage module '${module}' cannot be loaded.`, {
      details: { module },
      hint: 'Install the package where the engine runs, or give the file URL of the module.',
      cause,
    });
  }
  const factory = loaded[name];
  if (typeof factory !== 'function') {
    throw new QueryError('STORE_NOT_FOUND', `The storage module '${module}' has no function '${name}'.`, {
      details: { module, export: name },
    });
  }
  const store = await (factory as StoreFactory)(options, (inner) => openStore(inner, importModule));
  requireContract(store);
  return store;
}

/** Throws `BAD_SETTING` unless `store` is an object store of contract 1. For places that take a store from a user. */
export function requireContract(store: unknown): asserts store is ObjectStore {
  const contract = typeof store === 'object' && store !== null ? (store as { contract?: unknown }).contract : undefined;
  if (contract === 1) return;
  throw new QueryError(
    'BAD_SETTING',
    contract === undefined
      ? 'This is no object store: it has no contract version.'
      : `This object store follows version ${String(contract)} of the storage contract; only version 1 is understood.`,
    { hint: 'Install versions of the adapter and of Millrace that belong together.' },
  );
}

/** Reads a field of a descriptor's options. Throws `BAD_SETTING` unless it is another descriptor. */
export function nestedDescriptor(options: StoreDescriptor['options'], field: string): StoreDescriptor {
  const value = options[field] as unknown;
  validateDescriptor(value);
  return value;
}

function validateDescriptor(value: unknown): asserts value is StoreDescriptor {
  const candidate = value as Partial<StoreDescriptor> | null | undefined;
  if (
    typeof candidate !== 'object' ||
    candidate === null ||
    typeof candidate.module !== 'string' ||
    typeof candidate.export !== 'string' ||
    typeof candidate.options !== 'object' ||
    candidate.options === null
  ) {
    throw new QueryError('BAD_SETTING', 'A store descriptor needs a module, an export and options.');
  }
}

/** A descriptor as a value among the options of the wrapper that nests it. */
export function descriptorAsData(descriptor: StoreDescriptor): PlainData {
  return { module: descriptor.module, export: descriptor.export, options: descriptor.options };
}
