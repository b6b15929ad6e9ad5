import { QueryError } from '../../error/index.ts';
import type { AstNamedWindow, AstWindow } from '../ast/index.ts';

/** A window with everything that the named ones it is built on give it. */
export type WindowDefinition = Omit<AstWindow, 'base'>;

/** The windows of a WINDOW clause by name; each may be built on those before it. Throws DUPLICATE_NAME, and what {@link completeWindow} throws. */
export function namedWindows(windows: readonly AstNamedWindow[]): ReadonlyMap<string, WindowDefinition> {
  const known = new Map<string, WindowDefinition>();
  for (const { name, window } of windows) {
    if (known.has(name)) {
      throw new QueryError('DUPLICATE_NAME', `The window "${name}" is defined twice.`, { span: window.span });
    }
    known.set(name, completeWindow(window, known));
  }
  return known;
}

/**
 * `OVER w` is the window itself; `OVER (w ...)` adds an order or a frame that it lacks. Throws INVALID_CLAUSE for a name that is not
 * there, and for what the named window has already.
 */
export function completeWindow(window: AstWindow, known: ReadonlyMap<string, WindowDefinition>): WindowDefinition {
  const { base, span } = window;
  if (!base) return window;
  const named = known.get(base.name);
  if (!named) {
    throw new QueryError('INVALID_CLAUSE', `There is no window "${base.name}".`, {
      span,
      details: { window: base.name, candidates: [...known.keys()] },
    });
  }
  if (base.isWhole) return { ...named, span };
  const fail = (message: string, hint?: string) => new QueryError('INVALID_CLAUSE', message, { span, hint });
  if (window.partitionBy.length > 0) throw fail(`The PARTITION BY of window "${base.name}" cannot be overridden.`);
  if (window.orderBy.length > 0 && named.orderBy.length > 0) {
    throw fail(`The ORDER BY of window "${base.name}" cannot be overridden.`);
  }
  if (named.frame) {
    throw fail(
      `The window "${base.name}" has a frame clause, so no other can be built on it.`,
      'Write OVER with the name alone, without parentheses.',
    );
  }
  const orderBy = window.orderBy.length > 0 ? window.orderBy : named.orderBy;
  return { partitionBy: named.partitionBy, orderBy, frame: window.frame, span };
}
