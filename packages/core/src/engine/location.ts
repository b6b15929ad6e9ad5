import type { SourceSpan } from '../error/index.ts';
import { QueryError } from '../error/index.ts';
import type { EngineOptions, Location } from './engine-settings.ts';

/**
 * The store and the path that a location names, by the rule of `EngineOptions.stores`. Throws `NotFound` (`STORE_NOT_FOUND`), naming
 * the stores that there are.
 */
export function resolveLocation(
  location: string,
  options: Pick<EngineOptions, 'stores' | 'resolveLocation'>,
  span?: SourceSpan,
): Location {
  const custom = options.resolveLocation?.(location);
  if (custom) return custom;
  const names = Object.keys(options.stores ?? {});
  const scheme = /^([A-Za-z][\w+.-]*):\/\/(.*)$/s.exec(location);
  const name = scheme ? scheme[1]! : location.slice(0, location.indexOf('/'));
  if (names.includes(name)) return { store: name, path: scheme ? scheme[2]! : location.slice(name.length + 1) };
  if (!scheme && names.includes('default')) return { store: 'default', path: location };
  throw new QueryError('STORE_NOT_FOUND', `No store of this engine is meant by '${location}'.`, {
    span,
    details: { location, candidates: names },
    hint:
      names.length === 0
        ? 'The engine has no stores: pass `stores` to createEngine.'
        : `Locations start with the name of a store: ${names.map((known) => `'${known}/...'`).join(', ')}.`,
  });
}
