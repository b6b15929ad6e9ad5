/** A signal that aborts with the first of some others, until it is unlinked from them. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Aborts of the others are heard no longer. To be called when the work is done: they may live much longer. */
  unlink(): void;
}

/** The reason of the abort is that of the signal that aborted first. */
export function linkSignals(...signals: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const undo: (() => void)[] = [];
  for (const signal of signals) {
    if (!signal) continue;
    if (signal.aborted) {
      controller.abort(signal.reason);
      break;
    }
    const onAbort = () => controller.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    undo.push(() => signal.removeEventListener('abort', onAbort));
  }
  return {
    signal: controller.signal,
    unlink: () => {
      for (const remove of undo.splice(0)) remove();
    },
  };
}
