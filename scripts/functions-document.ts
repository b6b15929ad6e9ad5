/**
 * Writes `docs/functions.md` from the registry of functions: `npm run docs`. A test holds that it is up to date.
 */
import { writeFileSync } from 'node:fs';
import { AGGREGATE_FUNCTIONS } from '../packages/core/src/expression/aggregate/index.ts';
import type {
  AggregateFunction,
  OrderedSet,
  ParameterType,
  ScalarFunction,
} from '../packages/core/src/expression/function.ts';
import { OPERATORS } from '../packages/core/src/expression/operator/index.ts';
import { SCALAR_FUNCTIONS } from '../packages/core/src/expression/scalar/index.ts';
import { formatType } from '../packages/core/src/types/index.ts';

export const DOCUMENT = new URL('../docs/functions.md', import.meta.url);

const TITLES: Readonly<Record<ScalarFunction['category'], string>> = {
  operator: 'Operators',
  math: 'Mathematics',
  string: 'Strings and bytes',
  pattern: 'Patterns',
  datetime: 'Dates and times',
  conditional: 'Conditions',
  nested: 'Arrays and rows',
  json: 'JSON',
  other: 'Others',
};

/** The document as Markdown: a section a category, an entry a function, its examples as they are tested. */
export function functionsDocument(): string {
  const scalars = [...OPERATORS, ...SCALAR_FUNCTIONS];
  const sections = Object.entries(TITLES).flatMap(([category, title]) => {
    const functions = scalars.filter((definition) => definition.category === category);
    return functions.length > 0 ? [section(title, functions.map(scalarEntry))] : [];
  });
  return [
    '# Functions',
    '',
    'Made from the registry by `npm run docs`; do not edit. Each example is run by the tests, against PostgreSQL (or DuckDB, for what only it has).',
    '',
    section('Aggregates', AGGREGATE_FUNCTIONS.map(aggregateEntry)),
    ...sections,
  ].join('\n');
}

function section(title: string, entries: readonly string[]): string {
  return `## ${title}\n\n${entries.toSorted().join('\n')}`;
}

function scalarEntry(definition: ScalarFunction): string {
  const signatures = definition.overloads.map(
    ({ parameters, variadic }) => `(${parameters.map(parameterName).join(', ')}${variadic ? ', ...' : ''})`,
  );
  const volatility = definition.volatility === 'immutable' ? '' : ` ${capital(definition.volatility)}.`;
  return entry(definition, signatures, volatility);
}

function aggregateEntry(definition: AggregateFunction): string {
  const { orderedSet, collected, overloads } = definition;
  const signatures = orderedSet
    ? orderedSetForms(definition.name, orderedSet)
    : collected
      ? [`(${Array.from({ length: collected.numArguments }, () => 'any').join(', ')})`]
      : overloads.map(({ parameters }) => `(${parameters.map(parameterName).join(', ') || '*'})`);
  return entry(definition, signatures, definition.dependsOnOrder ? ' Takes ORDER BY.' : '');
}

function orderedSetForms(name: string, { numDirect }: OrderedSet): string[] {
  const direct = numDirect === 1 ? 'fraction' : '';
  return [
    `(${direct}) WITHIN GROUP (ORDER BY any)`,
    name === 'median' || numDirect === 0 ? '(any)' : '(any, fraction)',
  ];
}

interface Documented {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly description: string;
  readonly examples: readonly { readonly sql: string; readonly result: string }[];
}

function entry({ name, aliases = [], description, examples }: Documented, signatures: readonly string[], note: string) {
  const also = aliases.length > 0 ? ` Also: ${aliases.map(code).join(', ')}.` : '';
  const forms = [...new Set(signatures)].map((signature) => code(`${name}${signature}`)).join(' · ');
  const shown = examples.map(({ sql, result }) => `- ${code(sql)} → ${code(result)}\n`).join('');
  return `### ${code(name)}\n\n${description}${note}${also}\n\n${forms}\n\n${shown}`;
}

function parameterName(parameter: ParameterType): string {
  if (typeof parameter !== 'string') return formatType(parameter);
  if (parameter === 'same') return 'same type';
  return parameter === 'same-list' ? 'array of the same type' : parameter;
}

/** Code that may hold backticks and line breaks. */
function code(text: string): string {
  const line = text.replaceAll('\n', '\\n');
  if (line === '') return '(empty)';
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``;
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

if (import.meta.main) writeFileSync(DOCUMENT, functionsDocument());
