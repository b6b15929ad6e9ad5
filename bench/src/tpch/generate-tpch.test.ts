import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateTpch, TPCH_TABLE_NAMES, TpchError, type TpchManifest, verifyTpch } from './index.ts';
import reference from './reference-checksums.json' with { type: 'json' };

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-tpch-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function md5(path: string): Promise<string> {
  return createHash('md5')
    .update(await readFile(path))
    .digest('hex');
}

async function digests(manifest: TpchManifest): Promise<Record<string, string[]>> {
  const entries = manifest.tables.map(async ({ name, files }) => [
    name,
    await Promise.all(files.map(({ path }) => md5(path))),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

describe('generateTpch as text', () => {
  it('writes the reference data at scale factor 0.01', async () => {
    const manifest = await generateTpch({ scaleFactor: 0.01, directory: join(directory, 'tbl'), format: 'tbl' });
    expect(manifest.tables.map(({ name }) => name)).toEqual(TPCH_TABLE_NAMES);
    for (const { name, numRows, bytes, files } of manifest.tables) {
      expect({ name, numRows, bytes, md5: await md5(files[0]!.path) }).toEqual({
        name,
        ...reference.scaleFactors['0.01'][name],
      });
    }
    expect((await readdir(join(directory, 'tbl'))).sort()).toEqual(
      TPCH_TABLE_NAMES.map((name) => `${name}.tbl`).sort(),
    );
  });

  it('writes files that joined are the whole', async () => {
    const target = join(directory, 'many');
    const manifest = await generateTpch({
      scaleFactor: 0.01,
      directory: target,
      format: 'tbl',
      numFiles: 3,
      tables: ['lineitem', 'nation'],
    });
    for (const { name, files } of manifest.tables) {
      const parts = await Promise.all(files.map(({ path }) => readFile(path)));
      const joined = createHash('md5').update(Buffer.concat(parts)).digest('hex');
      expect(joined).toBe(reference.scaleFactors['0.01'][name].md5);
    }
    expect((await readdir(join(target, 'lineitem'))).sort()).toEqual([
      'lineitem-00001-of-00003.tbl',
      'lineitem-00002-of-00003.tbl',
      'lineitem-00003-of-00003.tbl',
    ]);
    expect(await readdir(join(target, 'nation'))).toEqual(['nation-00001-of-00001.tbl']);
  });

  it('is proven by verifyTpch', async () => {
    const results = await verifyTpch({ scaleFactor: 0.01, tables: ['customer', 'part'], numThreads: 1 });
    expect(results.map(({ table, isEqual }) => [table, isEqual])).toEqual([
      ['customer', true],
      ['part', true],
    ]);
  });
});

describe('generateTpch', () => {
  it('writes the same Parquet bytes with any number of threads', async () => {
    const [one, three] = await Promise.all(
      [1, 3].map(async (numThreads) => {
        const target = join(directory, `threads-${numThreads}`);
        const tables = ['lineitem', 'supplier'] as const;
        return digests(await generateTpch({ scaleFactor: 0.03, directory: target, numThreads, tables }));
      }),
    );
    expect(three).toEqual(one);
  });

  it('tells its progress up to the last row', async () => {
    const seen: number[] = [];
    const manifest = await generateTpch({
      scaleFactor: 0.01,
      directory: join(directory, 'progress'),
      format: 'tbl',
      tables: ['lineitem'],
      onProgress: ({ numRows, totalRows }) => seen.push(numRows / totalRows),
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(manifest.numRows).toBe(60_175);
  });

  it('refuses to replace files unless told to', async () => {
    const target = join(directory, 'twice');
    const options = { scaleFactor: 0.001, directory: target, tables: ['region'] } as const;
    await generateTpch(options);
    await writeFile(join(target, 'region.parquet'), 'mine');
    await expect(generateTpch(options)).rejects.toThrow(/region\.parquet exists already/);
    expect(await readFile(join(target, 'region.parquet'), 'utf8')).toBe('mine');
    await generateTpch({ ...options, overwrite: true });
    expect((await readFile(join(target, 'region.parquet'))).subarray(0, 4).toString()).toBe('PAR1');
  });

  it('removes parts of an earlier run with more files, which would be read as part of the table', async () => {
    const target = join(directory, 'fewer');
    const options = { scaleFactor: 0.001, directory: target, tables: ['supplier'] } as const;
    await generateTpch({ ...options, numFiles: 3 });
    await expect(generateTpch({ ...options, numFiles: 2 })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await generateTpch({ ...options, numFiles: 2, overwrite: true });
    expect((await readdir(join(target, 'supplier'))).sort()).toEqual([
      'supplier-00001-of-00002.parquet',
      'supplier-00002-of-00002.parquet',
    ]);
  });

  it('stops when it is aborted, and removes what it began', async () => {
    const target = join(directory, 'aborted');
    const controller = new AbortController();
    const reason = new Error('enough');
    const generation = generateTpch({
      scaleFactor: 0.5,
      directory: target,
      format: 'tbl',
      tables: ['lineitem'],
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(generation).rejects.toBe(reason);
    expect(await readdir(target)).toEqual([]);
  });

  it('writes nothing when it is aborted before it starts', async () => {
    const target = join(directory, 'never');
    const signal = AbortSignal.abort();
    await expect(generateTpch({ scaleFactor: 0.001, directory: target, signal })).rejects.toThrow(/abort/i);
    await expect(readdir(target)).rejects.toThrow(/ENOENT/);
  });

  it('leaves a failure of the file system as it is', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const generation = generateTpch({ scaleFactor: 0.001, directory: join(file, 'x'), tables: ['region'] });
    await expect(generation).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.each([
    [{ scaleFactor: 0 }, /scale factor must be a number from 0\.001 to 29999, not 0/],
    [{ scaleFactor: Number.NaN }, /scale factor/],
    [{ scaleFactor: 30_000 }, /scale factor/],
    [{ numFiles: 0 }, /number of files must be a whole number from 1 to 10000, not 0/],
    [{ numThreads: 1.5 }, /number of threads/],
    [{ tables: [] }, /at least one table/],
    [{ tables: ['line'] }, /a table must be one of region, .*, not 'line'/],
    [{ format: 'csv' }, /the format must be one of parquet, tbl, not 'csv'/],
    [{ compression: 'lz4' }, /the compression must be one of snappy, zstd, none, not 'lz4'/],
    [{ format: 'tbl', compression: 'snappy' }, /plain text/],
    [{ directory: '' }, /directory/],
  ])('says what is wrong with %o', async (wrong, message) => {
    const options = { scaleFactor: 0.001, directory: join(directory, 'wrong'), ...wrong };
    const generation = generateTpch(options as Parameters<typeof generateTpch>[0]);
    await expect(generation).rejects.toThrow(message);
    await expect(generation).rejects.toBeInstanceOf(TpchError);
    await expect(generation).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });
});
