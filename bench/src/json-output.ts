import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProgressLine } from './progress-line.ts';
import { SpecError } from './workload/spec-error.ts';

/** Shows the progress of a command on stderr while it runs. */
export async function withProgress<T>(run: (onProgress: (text: string) => void) => Promise<T>): Promise<T> {
  const line = new ProgressLine();
  try {
    return await run((text) => line.update(() => text));
  } finally {
    line.finish();
  }
}

/** Prints what `--json` asks for: the text; the text, and JSON into a file; or JSON alone on stdout. */
export async function printReport(report: object, text: string, json: string | true | undefined): Promise<void> {
  if (json === true) {
    process.stdout.write(`${JSON.stringify(report, undefined, 1)}\n`);
    return;
  }
  if (json !== undefined) await writeJson(json, report);
  process.stdout.write(`${text}\n`);
}

/** Writes a file whole or not at all. */
export async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial-${process.pid}`;
  await writeFile(partial, text);
  await rename(partial, path);
}

export async function writeJson(path: string, value: object): Promise<void> {
  await writeText(path, `${JSON.stringify(value, undefined, 1)}\n`);
}

/**
 * Reads what another command has written and checks that it is of this kind and version. Throws `SpecError` that says which command writes
 * it.
 */
export function readReport<T extends { readonly schema: string }>(
  path: string,
  schema: T['schema'],
  writer: string,
): T {
  const refuse = (message: string) => new SpecError(path, [{ message, position: undefined }]);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw refuse(`there is no such file; ${writer} writes it`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(`this is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  const found = typeof value === 'object' && value !== null && 'schema' in value ? String(value.schema) : 'nothing';
  if (found !== schema) throw refuse(`this must be ${schema}, but it says ${found}; ${writer} writes it`);
  return value as T;
}
