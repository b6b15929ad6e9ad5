import { test } from 'vitest';
import { PlanBuilder } from '../../logical/plan.fixture.ts';
import { expectRewrite } from '../rule.fixture.ts';
import { mergeProjects } from './merge-projects.ts';

test('two projections become one', () => {
  const b = new PlanBuilder();
  const inner = b.project(b.scan('t', ['a']), { b: b.call('*', 'a', 2) });
  expectRewrite(mergeProjects, b.project(inner, { c: b.call('+', 'b', 1) }), b.newColumnId, {
    before: `
      Project b + 1 AS c
      └─ Project a * 2 AS b
         └─ Scan t [a]
      `,
    after: `
      Project a * 2 + 1 AS c
      └─ Scan t [a]
      `,
  });
});

test('what is used twice is computed once', () => {
  const b = new PlanBuilder();
  const inner = b.project(b.scan('t', ['a']), { b: b.call('*', 'a', 2) });
  const text = `
      Project b + b AS c
      └─ Project a * 2 AS b
         └─ Scan t [a]
      `;
  expectRewrite(mergeProjects, b.project(inner, { c: b.call('+', 'b', 'b') }), b.newColumnId, {
    before: text,
    after: text,
  });
});

test('a projection that passes everything on goes away', () => {
  const b = new PlanBuilder();
  expectRewrite(mergeProjects, b.project(b.scan('t', ['a', 'b']), { a: b.ref('a'), b: b.ref('b') }), b.newColumnId, {
    before: `
      Project a, b
      └─ Scan t [a, b]
      `,
    after: `
      Scan t [a, b]
      `,
  });
});
