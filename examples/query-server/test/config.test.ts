import { expect, test } from 'vitest';
import { ResourceGroups } from '../src/admission/resource-groups.ts';
import { parseConfig } from '../src/config/parse-config.ts';

const problemsOf = (text: string): string[] => {
  try {
    parseConfig(text, 'server.yaml');
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
};

test('YAML and JSON are read', () => {
  const yaml = parseConfig(
    'stores:\n  lake: { type: fs, root: ./data }\ntables:\n  t: { location: lake/t.parquet }\n',
    'server.yaml',
  );
  expect(parseConfig(JSON.stringify(yaml), 'server.json')).toEqual(yaml);
});

test.each([
  ['stores:\n  lake: { type: fs, rot: ./data }\n', /^line 2, column 21: "rot" is not known here; known are type, root/],
  ['store:\n  lake: { type: fs, root: . }\n', /^line 1, column 1: "store" is not known here; known are listen/],
  [
    'stores: { lake: { type: fs, root: . } }\nlisten: { port: eight }\n',
    /^line 2, column 17: "port" must be of type integer, not "eight"/,
  ],
  [
    'stores: { lake: { type: fs, root: . } }\ntables:\n  t: { location: lak/t.parquet }\n',
    /^line 3, column 18: there is no store "lak"; there are lake\.$/,
  ],
  [
    'stores: { lake: { type: fs, root: . } }\nauth: { apiKeys: [{ name: a, sha256: abc, roles: [x] }] }\n',
    /^line 2, column 38: "sha256" must match pattern/,
  ],
  [
    'stores: { lake: { type: fs, root: . } }\ntelemetry: { log: loud }\n',
    /^line 2, column 19: "log" must be one of "silent", "error"/,
  ],
  [
    'stores: { lake: { type: fs, root: . } }\nlimits: { bodyBytes: lots }\n',
    /^line 2, column 22: "bodyBytes" cannot be "lots"/,
  ],
  ['stores: {}\n', /must NOT have fewer than 1/],
  ['stores:\n  lake: [\n', /^line \d+, column \d+: /],
  [
    'stores: { lake: { type: fs, root: . } }\nroles: { a: { resourceGroups: [big] } }\nresourceGroups: { small: {} }\n',
    /there is no resource group "big"; there are small/,
  ],
  [
    'stores: { lake: { type: fs, root: . } }\nauth: { jwt: { issuer: a, audience: b } }\n',
    /exactly one of "jwksUri" and "jwksFile"/,
  ],
])('%s', (text, expected) => {
  expect(problemsOf(text)[0]).toMatch(expected);
});

test('places go to groups by their weight, and to those of a group in turn', async () => {
  const groups = new ResourceGroups({ a: { weight: 3, groups: { x: {}, y: {} } }, b: { weight: 1 } }, 1);
  const { signal } = new AbortController();
  const order: string[] = [];
  const first = await groups.admit('b', signal);
  const waiting = ['a.x', 'a.x', 'a.x', 'a.y', 'a.y', 'a.y', 'b', 'b'].map(async (name) => {
    const admission = await groups.admit(name, signal);
    order.push(name);
    admission.release();
  });
  expect(groups.placeInQueue('a.x', Number.POSITIVE_INFINITY)).toBe(3);
  first.release();
  await Promise.all(waiting);
  // b has had its share: three of a for each of b, and x and y by turns.
  expect(
    order
      .filter((name) => name.startsWith('a'))
      .slice(0, 4)
      .toSorted(),
  ).toEqual(['a.x', 'a.x', 'a.y', 'a.y']);
  expect(order.slice(0, 4).filter((name) => name === 'b').length).toBeLessThanOrEqual(1);
  expect(groups.status().every(({ numRunning, numQueued }) => numRunning === 0 && numQueued === 0)).toBe(true);
});

test('limits are inherited, the tightest counts; who gives up waiting leaves the queue', async () => {
  const groups = new ResourceGroups(
    { a: { maxBytesRead: '1MB', maxRunning: 1, groups: { x: { maxBytesRead: '2MB', memory: '1KiB' } } } },
    10,
  );
  const { signal } = new AbortController();
  const admission = await groups.admit('a.x', signal);
  expect(admission.limits).toEqual({ maxBytesRead: 1e6, memoryBytes: 1024, maxDollars: undefined });
  const leaving = new AbortController();
  const waiting = groups.admit('a', leaving.signal);
  leaving.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  expect(groups.status()[0]).toMatchObject({ numQueued: 0, numRunning: 1 });
  admission.release();
  admission.release();
  expect(groups.status()[0]).toMatchObject({ numRunning: 0 });
  await expect(groups.admit('none', signal)).rejects.toMatchObject({
    problem: { status: 400, candidates: ['a', 'a.x'] },
  });
});
