import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { INT32 } from '../../../types/index.ts';
import { expectLikePostgres, type Parameter, text } from '../function-property.fixture.ts';
import { Postgres } from '../postgres.fixture.ts';
import { textOfSql } from '../sql-expression.fixture.ts';
import { compileRegexp } from './compile-regexp.ts';

const postgres = new Postgres();
const SUBJECT = fc.string({
  unit: fc.constantFrom('a', 'b', 'B', '1', ' ', '\n', '-', '_', '.', 'é', 'Ω', '日', '🌏'),
  maxLength: 10,
});
/** Pieces of which any sequence is a pattern, and which match the same way whether the longest or the first match counts. */
const PIECE = fc.constantFrom(
  ...[
    'a',
    'b',
    '.',
    'é',
    '🌏',
    '[ab]',
    '[^a]',
    '[a-c1-3]',
    '[[:alpha:]]',
    '[[:digit:]_-]',
    '[^[:space:]]',
    '[]a]',
    '[^]a]',
  ],
  ...[
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '[\\d.]',
    '\\.',
    '\\n',
    '\\u00e9',
    '\\x62',
    '\\y',
    '\\m',
    '\\M',
    '[\\w-]',
  ],
  ...['a*', 'b+', '.?', '[ab]{2}', 'a{1,2}', '.{0,1}', '(a)', '(?:b)', '(?=a)', '(?!b)', '^', '$', '\\A', '\\Z'],
);
const PATTERN = fc.array(PIECE, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
const POSITION: Parameter = { type: INT32, postgres: 'int4', arbitrary: fc.integer({ min: 1, max: 12 }) };
const NUMBER: Parameter = { type: INT32, postgres: 'int4', arbitrary: fc.integer({ min: 1, max: 3 }) };
const FLAGS = text(fc.constantFrom('', 'i', 'c', 'n', 'p', 'w', 's', 'in'));

describe('regular expressions', () => {
  afterAll(async () => {
    await postgres.close();
  });

  it.each<readonly [id: string, sql: string, parameters: readonly Parameter[]]>([
    ['~(varchar,varchar)', '$1 ~ $2', [text(SUBJECT), text(PATTERN)]],
    ['~*(varchar,varchar)', '$1 ~* $2', [text(SUBJECT), text(PATTERN)]],
    ['!~(varchar,varchar)', '$1 !~ $2', [text(SUBJECT), text(PATTERN)]],
    ['regexp_like(varchar,varchar,varchar)', 'regexp_like($1, $2, $3)', [text(SUBJECT), text(PATTERN), FLAGS]],
    ['regexp_count(varchar,varchar,integer)', 'regexp_count($1, $2, $3)', [text(SUBJECT), text(PATTERN), POSITION]],
    [
      'regexp_instr(varchar,varchar,integer,integer)',
      'regexp_instr($1, $2, $3, $4)',
      [text(SUBJECT), text(PATTERN), POSITION, NUMBER],
    ],
    [
      'regexp_substr(varchar,varchar,integer,integer)',
      'regexp_substr($1, $2, $3, $4)',
      [text(SUBJECT), text(PATTERN), POSITION, NUMBER],
    ],
    ['substring(varchar,varchar)', 'substring($1 FROM $2)', [text(SUBJECT), text(PATTERN)]],
    [
      'regexp_replace(varchar,varchar,varchar)',
      'regexp_replace($1, $2, $3)',
      [text(SUBJECT), text(PATTERN), text(fc.constantFrom('', 'x', '[\\&]', '\\\\&', '$1', '\\1'))],
    ],
    [
      'regexp_replace(varchar,varchar,varchar,varchar)',
      'regexp_replace($1, $2, $3, $4)',
      [text(SUBJECT), text(PATTERN), text(fc.constantFrom('', 'x', '[\\&]')), text(fc.constantFrom('g', 'gi', 'gn'))],
    ],
    [
      'regexp_replace(varchar,varchar,varchar,integer,integer)',
      'regexp_replace($1, $2, $3, $4, $5)',
      [text(SUBJECT), text(PATTERN), text(fc.constantFrom('', '<\\&>')), POSITION, NUMBER],
    ],
  ])('%s is what PostgreSQL says', async (id, sql, parameters) => {
    await expectLikePostgres(postgres, id, sql, parameters, { numRuns: 60 });
  });

  it('special forms are what PostgreSQL says', async () => {
    for (const sql of [
      "'a+b' ~ '***=a+b'",
      "'A' ~ '(?i)a'",
      "'ab' ~ '(?x)a b # both'",
      "'a b' ~ '(?q)a b'",
      "'aa' ~ '^(.)\\1$'",
      "'ab' ~ '^(.)\\1$'",
      "'foo bar' ~ '[[:<:]]bar[[:>:]]'",
      "'x{' ~ 'x{'",
      "regexp_replace('foobar', '(o+)(b)', '\\2\\1')",
      "regexp_replace('abc', '', '-', 'g')",
      "regexp_replace('a.b.c', '[.]', '', 'g')",
      "substring('foobar' SIMILAR '%#\"o_b#\"%' ESCAPE '#')",
      "substring('foobar', 'o(.)b')",
      "substring('foobar', 'x')",
      "'abc' SIMILAR TO 'a%'",
      "'abc' SIMILAR TO '(a|b)'",
      "'a.c' SIMILAR TO 'a.c'",
      "'abc' SIMILAR TO 'a.c'",
      "'a(c' SIMILAR TO 'a[(]c'",
      "'ab' SIMILAR TO 'a{1,3}b?'",
      "regexp_instr('foobarbequebaz', 'ba.', 1, 1, 1)",
      "regexp_substr('foobarbequebaz', '(b)(a)(r)', 1, 1, '', 3)",
      "regexp_substr('foobarbequebaz', 'x')",
    ]) {
      expect(await textOfSql(sql), sql).toBe(await postgres.text(sql));
    }
  });

  it('refuses what is no regular expression', async () => {
    for (const pattern of [
      '(',
      'a)',
      '[a',
      '*a',
      'a**',
      'a{2,1}',
      'a{300}',
      '[b-a]',
      '[[:foo:]]',
      '\\',
      '\\q',
      '(?z)a',
      '\\2(a)',
    ]) {
      expect(await postgres.error(`'a' ~ '${pattern}'`), pattern).toMatch(/^invalid regular expression/);
      expect(await textOfSql(`'a' ~ '${pattern}'`), pattern).toMatch(/^!(invalid regular expression)/);
    }
    for (const sql of [
      "regexp_like('a', 'a', 'g')",
      "regexp_like('a', 'a', 'z')",
      "regexp_count('a', 'a', 0)",
      "regexp_instr('a', 'a', 1, 1, 2)",
    ]) {
      expect(await postgres.error(sql), sql).toBeDefined();
      expect(await textOfSql(sql), sql).toMatch(/^!/);
    }
  });

  it('keeps what it compiled', () => {
    expect(compileRegexp('a(b)', 'i', undefined)).toBe(compileRegexp('a(b)', 'i', undefined));
    expect(compileRegexp('a(b)(?:c)[(]', '', undefined).numGroups).toBe(1);
  });
});
