import { expect, test } from 'vitest';
import { endsStatement } from './ends-statement.ts';

test.each([
  ['SELECT 1;', true],
  ['SELECT 1; -- done', true],
  ['SELECT 1', false],
  ["SELECT ';", false],
  ["SELECT ';'", false],
  ["SELECT 'it''s';", true],
  ['SELECT ";" FROM t;', true],
  ['SELECT $$;', false],
  ['SELECT $x$ ; $x$;', true],
  ['SELECT 1 /* ;', false],
  ['SELECT 1 /* ; */;', true],
  ['', false],
])('%s', (text, isComplete) => expect(endsStatement(text)).toBe(isComplete));
