/**
 * Writes `kernels/function/unicode-tables.ts`: the simple (one character to one character) case mappings and the
 * letters and digits of Unicode, as this Node's JavaScript knows them. Run it after a Unicode update:
 * `node scripts/generate-unicode-tables.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LAST_CODE_POINT = 0x10ffff;
const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;

/** `code` mapped by JavaScript's full mapping where that gives one character, otherwise itself. */
function simpleMapping(code: number, map: (text: string) => string): number {
  // The full lower case of U+0130 is two characters; its simple one in UnicodeData.txt is `i`.
  if (code === 0x130 && map('A') === 'a') return 0x69;
  const mapped = [...map(String.fromCodePoint(code))];
  return mapped.length === 1 ? mapped[0]!.codePointAt(0)! : code;
}

/** Runs of characters above ASCII with one distance between character and mapping: first, last, step, distance. */
function mappingRuns(map: (text: string) => string): number[] {
  const runs: { first: number; last: number; step: number; delta: number }[] = [];
  for (let code = 128; code <= LAST_CODE_POINT; code++) {
    if (isSurrogate(code)) continue;
    const delta = simpleMapping(code, map) - code;
    if (delta === 0) continue;
    const run = runs.at(-1);
    const step = run ? code - run.last : 0;
    if (run && run.delta === delta && step <= 2 && (run.first === run.last || run.step === step)) {
      run.last = code;
      run.step = step;
    } else {
      runs.push({ first: code, last: code, step: 1, delta });
    }
  }
  // A pair joined by chance at step 2 is still right: what lies between is tested against the step.
  return runs.flatMap(({ first, last, step, delta }) => [first, last, step, delta]);
}

/** Runs of characters above ASCII that `pattern` matches: first, last. */
function classRuns(pattern: RegExp): number[] {
  const runs: number[] = [];
  for (let code = 128; code <= LAST_CODE_POINT; code++) {
    if (isSurrogate(code) || !pattern.test(String.fromCodePoint(code))) continue;
    if (runs.at(-1) === code - 1) runs[runs.length - 1] = code;
    else runs.push(code, code);
  }
  return runs;
}

function table(name: string, what: string, values: readonly number[], perEntry: number): string {
  const lines: string[] = [];
  for (let i = 0; i < values.length; i += 24) lines.push(`  ${values.slice(i, i + 24).join(', ')},`);
  return [
    `// ${what}`,
    `export const ${name}: usize = memory.data<i32>([\n${lines.join('\n')}\n]);`,
    `export const ${name}_ENTRIES: i32 = ${values.length / perEntry};`,
  ].join('\n');
}

const target = fileURLToPath(new URL('../kernels/function/unicode-tables.ts', import.meta.url));
writeFileSync(
  target,
  `${[
    `// Made by scripts/generate-unicode-tables.ts (Unicode ${process.versions.unicode}).`,
    table(
      'LOWER',
      'first, last, step, distance',
      mappingRuns((text) => text.toLowerCase()),
      4,
    ),
    table(
      'UPPER',
      'first, last, step, distance',
      mappingRuns((text) => text.toUpperCase()),
      4,
    ),
    table('ALPHANUMERIC', 'first, last', classRuns(/[\p{Alphabetic}\p{Nd}]/u), 2),
  ].join('\n\n')}\n`,
);
