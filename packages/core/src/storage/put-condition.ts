import type { PutOptions, StoreCapabilities } from './object-store.ts';
import { badArgument, notCapable } from './store-error.ts';

/** Throws `BAD_ARGUMENT` unless there is at most one condition and it is a good one. */
export function validatePutOptions(options: PutOptions): void {
  const { ifNoneMatch, ifMatch } = options;
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw badArgument(`ifNoneMatch of a put can only be '*', not ${JSON.stringify(ifNoneMatch)}.`);
  }
  if (ifMatch !== undefined && (typeof ifMatch !== 'string' || ifMatch === '')) {
    throw badArgument('ifMatch must be the version of an object.');
  }
  if (ifNoneMatch !== undefined && ifMatch !== undefined) {
    throw badArgument('A put takes either ifNoneMatch or ifMatch, not both.');
  }
}

/** Throws `FEATURE_NOT_IMPLEMENTED` for a condition that the store cannot check. */
export function requireConditionalPut(options: PutOptions, capabilities: StoreCapabilities): void {
  if (options.ifNoneMatch !== undefined && !capabilities.createIfAbsent) {
    throw notCapable('Writing an object only if it does not exist (ifNoneMatch) in this store');
  }
  if (options.ifMatch !== undefined && capabilities.replaceIfMatch === 'none') {
    throw notCapable('Replacing an object only if it is unchanged (ifMatch) in this store');
  }
}
