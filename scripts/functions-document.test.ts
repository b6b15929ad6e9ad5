import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DOCUMENT, functionsDocument } from './functions-document.ts';

test('docs/functions.md is what the registry says; `npm run docs` writes it', () => {
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(functionsDocument());
});

test('every function is described and none stands in it twice', () => {
  const names = [...functionsDocument().matchAll(/^### (.*)$/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(200);
  expect(new Set(names).size).toBe(names.length);
  expect(functionsDocument()).not.toMatch(/undefined|\[object/);
});
