import { describe, expect, test } from 'vitest';
import { bodyStream, collectBody, observeBody, readBody } from './object-body.ts';

const source = (parts: readonly Uint8Array[]) => {
  const log: string[] = [];
  let next = 0;
  return {
    log,
    pull: async () => {
      log.push('pull');
      return parts[next++];
    },
    release: () => {
      log.push('release');
    },
  };
};

describe('bodyStream', () => {
  test('reads nothing before it is asked and releases once at the end', async () => {
    const given = source([Uint8Array.of(1), Uint8Array.of(2)]);
    const body = bodyStream(given);
    await Promise.resolve();
    expect(given.log).toEqual([]);
    expect(await collectBody(body)).toEqual(Uint8Array.of(1, 2));
    expect(given.log).toEqual(['pull', 'pull', 'pull', 'release']);
  });

  test('releases once when it is cancelled, errors or aborts', async () => {
    const cancelled = source([Uint8Array.of(1)]);
    await bodyStream(cancelled).cancel();
    expect(cancelled.log).toEqual(['release']);

    const failing = { ...source([]), pull: () => Promise.reject(new Error('lost')) };
    await expect(collectBody(bodyStream(failing))).rejects.toThrow('lost');
    expect(failing.log).toEqual(['release']);

    const aborted = source([Uint8Array.of(1)]);
    const controller = new AbortController();
    const reader = bodyStream(aborted, controller.signal).getReader();
    controller.abort();
    await expect(reader.read()).rejects.toMatchObject({ code: 'ABORTED' });
    await reader.cancel().catch(() => undefined);
    expect(aborted.log).toEqual(['release']);

    const late = source([Uint8Array.of(1)]);
    await expect(collectBody(bodyStream(late, AbortSignal.abort()))).rejects.toMatchObject({ code: 'ABORTED' });
    expect(late.log).toEqual(['release']);
  });

  test('an abort does not wait for a read that hangs', async () => {
    const controller = new AbortController();
    const hanging = { ...source([]), pull: () => new Promise<undefined>(() => undefined) };
    const reading = bodyStream(hanging, controller.signal).getReader().read();
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
    expect(hanging.log).toEqual(['release']);
  });
});

test('observeBody ends the body when its reader leaves early', async () => {
  const given = source([Uint8Array.of(1), Uint8Array.of(2)]);
  const log: string[] = [];
  const body = observeBody(bodyStream(given), { end: () => void log.push('end') });
  for await (const _ of body) break;
  expect(given.log).toEqual(['pull', 'release']);
  expect(log).toEqual(['end']);
});

describe('readBody', () => {
  test('ends the source when the reader leaves, and does not wait for one that hangs', async () => {
    let ended = 0;
    async function* parts() {
      try {
        yield Uint8Array.of(1);
        yield Uint8Array.of(2);
      } finally {
        ended += 1;
      }
    }
    for await (const _ of readBody(parts())) break;
    await Promise.resolve();
    expect(ended).toBe(1);

    const controller = new AbortController();
    async function* hanging(): AsyncGenerator<Uint8Array> {
      await new Promise(() => undefined);
    }
    const reading = collectBody(hanging(), { signal: controller.signal });
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('holds no more than it may', async () => {
    async function* endless() {
      while (true) yield new Uint8Array(1000);
    }
    await expect(collectBody(endless(), { maxBytes: 5000 })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  test('a source may reuse its buffer', async () => {
    async function* reusing() {
      const buffer = new Uint8Array(1);
      for (buffer[0] = 1; buffer[0]! < 4; buffer[0]!++) yield buffer;
    }
    expect(await collectBody(reusing())).toEqual(Uint8Array.of(1, 2, 3));
  });
});
