import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { tpchQuery } from '../tpch/index.ts';
import { SpecError, type SpecProblem, type TextPosition } from './spec-error.ts';
import { type Workload, workloadSchema } from './workload-schema.ts';

/** Reads a workload file. Throws {@link SpecError} with every problem at its line and column. */
export function readWorkload(file: string): Workload {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new SpecError(file, [{ message: `the workload cannot be read: ${reason}`, position: undefined }]);
  }
  return parseWorkload(text, file);
}

/** The workload of a YAML text; `file` names it in errors and is what trace files are relative to. */
export function parseWorkload(text: string, file: string): Workload {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      ({ message, pos }): SpecProblem => ({
        message: `this is no YAML: ${message}`,
        position: positionAt(lines, pos[0]),
      }),
    );
    throw new SpecError(file, problems);
  }
  const parsed = workloadSchema.safeParse(document.toJS());
  if (!parsed.success) {
    throw new SpecError(
      file,
      parsed.error.issues.flatMap((issue) => problemsOf(issue, document, lines)),
    );
  }
  const workload = parsed.data;
  const problems = contradictions(workload).map(
    ({ path, message }): SpecProblem => ({
      message: `${pathText(path)}${message}`,
      position: positionOf(document, lines, path),
    }),
  );
  if (problems.length > 0) throw new SpecError(file, problems);
  return withTracePaths(workload, dirname(resolve(file)));
}

type Path = readonly (string | number)[];

function problemsOf(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): SpecProblem[] {
  const path = issue.path as (string | number)[];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      message: `${pathText(path)}there is no setting '${key}'`,
      position: keyPosition(document, lines, path, key),
    }));
  }
  const isMissing = issue.code === 'invalid_type' && document.getIn(path) === undefined;
  const message = isMissing ? 'is missing' : lowerFirst(issue.message);
  return [{ message: `${pathText(path)}${message}`, position: positionOf(document, lines, path) }];
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function pathText(path: Path): string {
  if (path.length === 0) return '';
  const text = path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
  return `${text}: `;
}

/** Where a value stands; that of the nearest enclosing one when it is missing. */
function positionOf(document: Document, lines: LineCounter, path: Path): TextPosition | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return positionAt(lines, node.range[0]);
  }
  return undefined;
}

function keyPosition(document: Document, lines: LineCounter, path: Path, key: string): TextPosition | undefined {
  const node = document.getIn(path, true);
  if (isMap(node)) {
    for (const pair of node.items) {
      if (isPair(pair) && isScalar(pair.key) && pair.key.value === key && pair.key.range) {
        return positionAt(lines, pair.key.range[0]);
      }
    }
  }
  return positionOf(document, lines, path);
}

function positionAt(lines: LineCounter, offset: number): TextPosition {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** What is wrong although every value by itself is right. */
function contradictions(workload: Workload): { readonly path: Path; readonly message: string }[] {
  const found: { path: Path; message: string }[] = [];
  const names = new Set<string>();
  workload.queries.forEach(({ name, sql, tpch, parameters, tenant }, i) => {
    if (names.has(name)) found.push({ path: ['queries', i, 'name'], message: `there are two queries '${name}'` });
    names.add(name);
    const text = sql ?? tpchQuery(tpch!);
    const numPlaceholders = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
    if (numPlaceholders !== parameters.length) {
      const message = `the SQL has the placeholders $1 to $${numPlaceholders}, but there are ${parameters.length} parameters`;
      found.push({
        path: ['queries', i, 'parameters'],
        message: numPlaceholders === 0 ? 'the SQL has no placeholders' : message,
      });
    }
    if (Object.keys(workload.tenants).length > 0 && tenant !== 'default' && !(tenant in workload.tenants)) {
      found.push({ path: ['queries', i, 'tenant'], message: `there is no tenant '${tenant}' under tenants` });
    }
    parameters.forEach((parameter, j) => {
      if ('weights' in parameter && parameter.weights && parameter.weights.length !== parameter.choice.length) {
        found.push({ path: ['queries', i, 'parameters', j, 'weights'], message: 'needs as many weights as choices' });
      }
    });
  });
  return found;
}

function withTracePaths(workload: Workload, directory: string): Workload {
  const { arrivals } = workload;
  const fix = <T extends { kind: string }>(spec: T): T =>
    spec.kind === 'replay' && 'file' in spec ? { ...spec, file: resolve(directory, String(spec.file)) } : spec;
  return { ...workload, arrivals: arrivals.kind === 'sum' ? { ...arrivals, of: arrivals.of.map(fix) } : fix(arrivals) };
}
