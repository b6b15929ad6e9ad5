import { expect, test } from 'vitest';
import { parseBytes, resolveSettings } from './engine-settings.ts';

test('sizes take decimal and binary units', () => {
  expect(parseBytes('memory', '512MB')).toBe(512_000_000);
  expect(parseBytes('memory', '512MiB')).toBe(536_870_912);
  expect(parseBytes('memory', ' 1.5 gib ')).toBe(1_610_612_736);
  expect(parseBytes('memory', 1024)).toBe(1024);
});

test.each([
  [{ memory: '12 parsecs' }, 'memory'],
  [{ memory: '1KB' }, 'memory'],
  [{ memory: -1 }, 'memory'],
  [{ batchRows: 0 }, 'batchRows'],
  [{ batchRows: 1.5 }, 'batchRows'],
  [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
  [{ disabledRules: ['no-such-rule'] }, 'disabledRules'],
  [{ dollarsPerThousandGets: Number.NaN }, 'dollarsPerThousandGets'],
  [{ colour: 'blue' } as object, 'colour'],
])('%o is refused by name', (settings, name) => {
  expect(() => resolveSettings(settings, ['fold-constants'])).toThrow(
    expect.objectContaining({ kind: 'InvalidArgument', code: 'BAD_SETTING', details: { setting: name } }),
  );
});

test('what is not given has a default', () => {
  expect(resolveSettings({}, [])).toMatchObject({ memoryBytes: 2 ** 31, batchRows: 8192, timeZone: 'UTC' });
});
