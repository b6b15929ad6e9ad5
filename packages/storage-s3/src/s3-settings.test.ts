import { putText } from '@millrace/core/storage';
import { describe, expect, test } from 'vitest';
import { s3Store } from './index.ts';
import { TEST_CREDENTIALS } from './s3-server.fixture.ts';

const components = { credentials: TEST_CREDENTIALS };
const MIB = 2 ** 20;

describe('settings', () => {
  test.each<[string, object]>([
    ['no bucket', {}],
    ['a bucket that is a path', { bucket: '../other' }],
    ['a bucket with spaces', { bucket: 'a b' }],
    ['an endpoint that is no URL', { bucket: 'b', endpoint: 'localhost:9000 ' }],
    ['an endpoint of another protocol', { bucket: 'b', endpoint: 'ftp://host' }],
    ['an endpoint with a query', { bucket: 'b', endpoint: 'http://host/?a=b' }],
    ['an unknown addressing', { bucket: 'b', addressing: 'dns' }],
    ['no connections', { bucket: 'b', maxConnections: 0 }],
    ['parts that are too small', { bucket: 'b', partBytes: MIB }],
    ['a threshold that is too large', { bucket: 'b', multipartThresholdBytes: 6 * 1024 * MIB }],
    ['an unknown encryption', { bucket: 'b', encryption: { kind: 'rot13' } }],
    ['a flag that is none', { bucket: 'b', requesterPays: 'yes' }],
  ])('refuses %s', (_, settings) => {
    expect(() => s3Store(settings as { bucket: string })).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }));
  });

  test('a password in the endpoint is refused and not repeated', async () => {
    const make = () => s3Store({ bucket: 'b', endpoint: 'http://user:hunter2@host' });
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }));
    expect(make).not.toThrow(/hunter2/);
  });

  test('components that contradict the settings are refused', () => {
    const customerKey = new Uint8Array(32);
    for (const [settings, given] of [
      [{}, { customerKey: new Uint8Array(16) }],
      [{ encryption: { kind: 's3' } }, { customerKey }],
      [{ credentials: 'anonymous' }, components],
    ] as const) {
      expect(() => s3Store({ bucket: 'b', ...settings }, given)).toThrow(
        expect.objectContaining({ code: 'BAD_SETTING' }),
      );
    }
  });

  test('secrets never travel in a descriptor', () => {
    expect(s3Store({ bucket: 'b', region: 'eu-west-1' }).descriptor()).toEqual({
      module: '@millrace/storage-s3',
      export: 'openS3Store',
      options: { bucket: 'b', region: 'eu-west-1' },
    });
    for (const given of [components, { customerKey: new Uint8Array(32) }]) {
      const store = s3Store({ bucket: 'b' }, given);
      expect(store.capabilities.rebuildable).toBe(false);
      expect(() => store.descriptor()).toThrow(expect.objectContaining({ code: 'FEATURE_NOT_IMPLEMENTED' }));
    }
  });

  test('conditions are promised on AWS, and elsewhere only when the server is known to check them', async () => {
    expect(s3Store({ bucket: 'b' }).capabilities).toMatchObject({ createIfAbsent: true, replaceIfMatch: 'atomic' });
    const endpoint = 'http://127.0.0.1:9';
    const unknown = s3Store({ bucket: 'b', endpoint });
    expect(unknown.capabilities).toMatchObject({ createIfAbsent: false, replaceIfMatch: 'none' });
    const create = s3Store({ bucket: 'b', endpoint, conditionalWrites: 'create' });
    expect(create.capabilities).toMatchObject({ createIfAbsent: true, replaceIfMatch: 'none' });
    await expect(putText(unknown, 'a', 'x', { ifNoneMatch: '*' })).rejects.toMatchObject({
      code: 'FEATURE_NOT_IMPLEMENTED',
    });
    await expect(putText(create, 'a', 'x', { ifMatch: 'v' })).rejects.toMatchObject({
      code: 'FEATURE_NOT_IMPLEMENTED',
    });
  });
});
