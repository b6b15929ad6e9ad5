import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { BOOLEAN, VARCHAR } from '../../../types/index.ts';
import { Vector } from '../../../vector/index.ts';
import { defaultFunctions } from '../../registry.ts';
import { Evaluation } from '../evaluation.fixture.ts';
import { functionKernels } from '../function-kernels.ts';
import { expectLikePostgres, text } from '../function-property.fixture.ts';
import { Postgres } from '../postgres.fixture.ts';
import { textOfSql } from '../sql-expression.fixture.ts';
import { compileLikePattern } from './like-pattern.ts';

const postgres = new Postgres();
const SUBJECT = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '%', '_', '\\', 'é', '日', '🌏'), maxLength: 12 });
/** Patterns do not end in the escape: PostgreSQL only sometimes refuses that, and always where Millrace does. */
const PATTERN = fc
  .string({
    unit: fc.constantFrom('a', 'b', 'A', '%', '%', '_', '\\a', '\\%', '\\_', '\\\\', 'é', '日', '🌏'),
    maxLength: 6,
  })
  .filter((pattern) => !pattern.replaceAll('\\\\', '').endsWith('\\'));

/** LIKE by a regular expression, as a reference. */
function matches(subject: string, pattern: string): boolean {
  let source = '';
  const letters = [...pattern];
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i]!;
    if (letter === '%') source += '[\\s\\S]*';
    else if (letter === '_') source += '[\\s\\S]';
    else source += `\\u{${(letter === '\\' ? letters[++i]! : letter).codePointAt(0)!.toString(16)}}`;
  }
  return new RegExp(`^${source}$`, 'u').test(subject);
}

describe('LIKE', () => {
  afterAll(async () => {
    await postgres.close();
  });

  it.each([
    ['~~(varchar,varchar)', '$1 LIKE $2'],
    ['!~~(varchar,varchar)', '$1 NOT LIKE $2'],
    ['~~*(varchar,varchar)', '$1 ILIKE $2'],
    ['!~~*(varchar,varchar)', '$1 NOT ILIKE $2'],
  ])('%s is what PostgreSQL says', async (id, sql) => {
    await expectLikePostgres(postgres, id, sql, [text(SUBJECT), text(PATTERN)], { numRuns: 100 });
  });

  it('constant patterns of every kind agree with a plain matcher', () => {
    const evaluation = new Evaluation();
    const overload = defaultFunctions().scalarOverload('~~(varchar,varchar)')!;
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', 'ab'), maxLength: 3 });
    const pattern = fc.oneof(
      PATTERN,
      fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('%')),
    );
    const subjects = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 }), {
      minLength: 1,
      maxLength: 100,
    });
    fc.assert(
      fc.property(fc.oneof(subjects, fc.array(SUBJECT, { minLength: 1 })), pattern, (texts, like) => {
        evaluation.arena.reset();
        const args = [evaluation.vector(VARCHAR, texts), evaluation.constant(VARCHAR, like, texts.length)];
        const result = evaluation.values(evaluation.call(overload, args, texts.length));
        expect(result).toEqual(texts.map((subject) => matches(subject, like)));
      }),
      { numRuns: 1000 },
    );
    evaluation.close();
  });

  it('a page of strings is searched as one run of bytes with the same answer', () => {
    const evaluation = new Evaluation();
    const { memory, arena } = evaluation;
    const piece = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(fc.option(piece), { minLength: 2, maxLength: 200 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 5 }),
        fc.constantFrom(0, 4, 8),
        fc.boolean(),
        (pieces, needle, gap, negate) => {
          arena.reset();
          // Strings behind each other with `gap` bytes between them, which also hold letters of the needle.
          const page = arena.allocate(pieces.length * 24);
          memory.u8.fill(97, page, page + pieces.length * 24);
          const refs = arena.allocate(pieces.length * 8);
          let at = page + gap;
          pieces.forEach((value, i) => {
            memory.u32[(refs >>> 2) + 2 * i] = value === null ? 0 : at;
            memory.u32[(refs >>> 2) + 2 * i + 1] = value?.length ?? 0;
            if (value === null) return;
            memory.u8.set(Buffer.from(value), at);
            at += value.length + gap;
          });
          const part = evaluation.vector(VARCHAR, [needle]);
          const address = memory.u32[part.data >>> 2]!;
          const out = arena.allocate(pieces.length);
          const kernels = functionKernels(evaluation.context());
          kernels.text_contains(refs, 8, pieces.length, address, needle.length, negate ? 1 : 0, out);
          const result = evaluation.values(Vector.flat(BOOLEAN, pieces.length, out));
          expect(result).toEqual(pieces.map((value) => (value ?? '').includes(needle) !== negate));
        },
      ),
      { numRuns: 1000 },
    );
    evaluation.close();
  });

  it('says what a pattern asks for', () => {
    expect(compileLikePattern('abc')).toEqual({ kind: 'parts', parts: ['abc'], atStart: true, atEnd: true });
    expect(compileLikePattern('')).toEqual({ kind: 'parts', parts: [''], atStart: true, atEnd: true });
    expect(compileLikePattern('abc%')).toEqual({ kind: 'parts', parts: ['abc'], atStart: true, atEnd: false });
    expect(compileLikePattern('%%abc')).toEqual({ kind: 'parts', parts: ['abc'], atStart: false, atEnd: true });
    expect(compileLikePattern('%a\\%c%')).toEqual({ kind: 'contains', part: 'a%c' });
    expect(compileLikePattern('%a%b%')).toEqual({ kind: 'parts', parts: ['a', 'b'], atStart: false, atEnd: false });
    expect(compileLikePattern('%%')).toEqual({ kind: 'everything' });
    expect(compileLikePattern('a_c')).toEqual({ kind: 'general' });
    expect(compileLikePattern('abc\\')).toEqual({ kind: 'general' });
  });

  it('refuses a pattern that ends in its escape, and escapes of several characters', async () => {
    expect(await textOfSql("'abc' LIKE 'ab\\'")).toBe('!LIKE pattern must not end with escape character');
    expect(await postgres.error("'abc' LIKE 'ab\\'")).toBe('LIKE pattern must not end with escape character');
    expect(await textOfSql("'abc' LIKE like_escape('abc', 'xy')")).toMatch(/^!/);
  });
});
