import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressLine } from './progress-line.ts';

function fakeStream(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, columns: 20, write: (text: string) => written.push(text) > 0 };
  return { written, stream: stream as unknown as NodeJS.WriteStream };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('ProgressLine', () => {
  it('says nothing within the first second', () => {
    const { stream, written } = fakeStream(true);
    const line = new ProgressLine(stream);
    vi.advanceTimersByTime(900);
    line.update(() => 'soon');
    line.finish();
    expect(written).toEqual([]);
  });

  it('rewrites one line on a terminal, cut to its width, and clears it', () => {
    const { stream, written } = fakeStream(true);
    const line = new ProgressLine(stream);
    vi.advanceTimersByTime(1_000);
    line.update(() => 'a text that is far too long');
    line.update(() => 'too soon after the last one');
    vi.advanceTimersByTime(100);
    line.update((elapsedMs) => `${elapsedMs} ms`);
    line.finish();
    expect(written).toEqual(['\r\u001b[Ka text that is far ', '\r\u001b[K1100 ms', '\r\u001b[K']);
  });

  it('writes a line every five seconds elsewhere', () => {
    const { stream, written } = fakeStream(false);
    const line = new ProgressLine(stream);
    for (let second = 1; second <= 11; second++) {
      vi.advanceTimersByTime(1_000);
      line.update(() => `${second} s`);
    }
    line.finish();
    expect(written).toEqual(['5 s\n', '10 s\n']);
  });
});
