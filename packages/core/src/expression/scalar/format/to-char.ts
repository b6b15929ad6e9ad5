import { QueryError, unsupported } from '../../../error/index.ts';
import {
  type DataType,
  decimal,
  FLOAT64,
  INT32,
  INT64,
  INTERVAL,
  MAX_DECIMAL_PRECISION,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
} from '../../../types/index.ts';
import type { Address, Vector } from '../../../vector/index.ts';
import { castVector } from '../../cast/cast-vector.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { constantText } from '../constant-argument.ts';
import { utcToLocal } from '../datetime/session-zone.ts';
import { timeZone } from '../datetime/time-zone.ts';
import { functionKernels } from '../function-kernels.ts';
import { overload, stride } from '../row-evaluation.ts';
import { boundedText } from '../sized-text.ts';
import {
  FIXED_FORMAT,
  parseDatetimeTemplate,
  type TemplateNode,
  ZONE_NAME_LOWER,
  ZONE_NAME_UPPER,
} from './datetime-template.ts';
import { type NumberTemplate, parseNumberTemplate } from './number-template.ts';
import { type TemplateProgram, templateProgram } from './template-program.ts';

const TEMPLATE = 'A template';

/** Fields that need a day of the calendar or a zone: era, names and numbers of days, ISO weeks, names of months, zones. */
const NOT_OF_INTERVAL = new Set([
  ...[0, 1, 2, 3, 9, 10, 11, 12, 13, 14, 16, 18, 19, 27, 28, 29, 30, 31],
  ...[34, 35, 36, 37, 38, 39, 50, 51, 52, ZONE_NAME_UPPER, ZONE_NAME_LOWER],
]);

type WriteRows = (out: Address, bytes: Address) => void;

function written(context: EvaluationContext, program: TemplateProgram, numRows: number, write: WriteRows): Vector {
  return boundedText(context, VARCHAR, numRows, (program.maxBytes + 16) * numRows, write);
}

/** Replaces the fields that show the zone's name by its letters; a timestamp without a zone has none. */
function withZoneName(context: EvaluationContext, nodes: readonly TemplateNode[], hasZone: boolean): TemplateNode[] {
  return nodes.flatMap((node): TemplateNode[] => {
    if (node.kind !== 'field') return [node];
    if (node.code === FIXED_FORMAT) return [];
    if (node.code !== ZONE_NAME_UPPER && node.code !== ZONE_NAME_LOWER) return [node];
    if (!hasZone) return [];
    const zone = timeZone(context.timeZone, context.span);
    if (zone.fixedSeconds === undefined) {
      throw unsupported(`The abbreviation of the time zone ${zone.name} in a template`, context.span, 'Use OF or TZH.');
    }
    const name = zone.name.replace(/^etc\//i, '');
    const shown = node.code === ZONE_NAME_LOWER ? name.toLowerCase() : name.toUpperCase();
    return [...shown].map((text) => ({ kind: 'character', text }));
  });
}

const timestampToChar: ScalarEvaluate = (context, args, numRows) => {
  const [values, template] = args as readonly [Vector, Vector];
  const hasZone = values.type.id === 'timestamptz';
  const parsed = parseDatetimeTemplate(constantText(context, template, numRows, TEMPLATE), context.span);
  const program = templateProgram(context, withZoneName(context, parsed, hasZone));
  const { local, offsets } = hasZone
    ? utcToLocal(context, timeZone(context.timeZone, context.span), values, numRows, true)
    : { local: values, offsets: 0 };
  return written(context, program, numRows, (out, bytes) => {
    functionKernels(context).timestamp_to_char(
      local.data,
      stride(local),
      offsets,
      4,
      program.address,
      program.numNodes,
      context.validity,
      numRows,
      out,
      bytes,
    );
  });
};

const intervalToChar: ScalarEvaluate = (context, args, numRows) => {
  const [values, template] = args as readonly [Vector, Vector];
  const nodes = parseDatetimeTemplate(constantText(context, template, numRows, TEMPLATE), context.span);
  if (nodes.some((node) => node.kind === 'field' && NOT_OF_INTERVAL.has(node.code))) {
    throw new QueryError('INVALID_VALUE', 'invalid format specification for an interval value', {
      span: context.span,
      hint: 'Intervals are not tied to specific calendar dates.',
    });
  }
  const program = templateProgram(context, withZoneName(context, nodes, false));
  return written(context, program, numRows, (out, bytes) => {
    const { validity } = context;
    const { address, numNodes } = program;
    functionKernels(context).interval_to_char(
      ...([values.data, stride(values), address, numNodes, validity, numRows, out, bytes] as const),
    );
  });
};

function descriptionTable(context: EvaluationContext, template: NumberTemplate): Address {
  const table = context.arena.allocate(32);
  const { flags, pre, post, shift, zeroStart, zeroEnd, signBehind, signAfterAll } = template;
  context.arena.memory.i32.set(
    [flags, pre, post, shift, zeroStart, zeroEnd, signBehind ? 1 : 0, signAfterAll ? 1 : 0],
    table >>> 2,
  );
  return table;
}

const numberToChar: ScalarEvaluate = (context, args, numRows) => {
  const [values, template] = args as readonly [Vector, Vector];
  const parsed = parseNumberTemplate(constantText(context, template, numRows, TEMPLATE), context.span);
  const program = templateProgram(context, parsed.nodes);
  // The number with as many digits after the point as are shown, as a decimal text.
  const scale = Math.min(MAX_DECIMAL_PRECISION, parsed.post + parsed.shift);
  const decimals = castVector(context, values, decimal(MAX_DECIMAL_PRECISION, scale), false);
  const texts = castVector(context, decimals, VARCHAR, false);
  const desc = descriptionTable(context, parsed);
  return written(context, program, numRows, (out, bytes) => {
    const { validity } = context;
    const { address, numNodes } = program;
    functionKernels(context).number_to_char(
      ...([texts.data, stride(texts), address, numNodes, desc, validity, numRows, out, bytes] as const),
    );
  });
};

const NUMBERS: readonly (DataType | 'decimal')[] = ['decimal', INT32, INT64, FLOAT64];

export const TO_CHAR: ScalarFunction = {
  name: 'to_char',
  category: 'datetime',
  volatility: 'stable',
  description:
    "Writes a timestamp, an interval or a number by a template, PostgreSQL's: YYYY, MM, DD, HH24, MI, SS, Month, Day and so on; 9, 0, D, G, S, MI, " +
    'PR, V, RN, FM and so on.',
  examples: [
    { sql: "to_char(TIMESTAMP '2002-04-20 17:31:12.66', 'HH12:MI:SS')", result: '05:31:12' },
    {
      sql: "to_char(TIMESTAMP '2002-04-20 17:31:12.66', 'FMDay, DDth Month YYYY')",
      result: 'Saturday, 20th April     2002',
    },
    { sql: "to_char(INTERVAL '15h 2m 12s', 'HH24:MI:SS')", result: '15:02:12' },
    { sql: "to_char(125, '999')", result: ' 125' },
    { sql: "to_char(-1485.5, '9,999.00')", result: '-1,485.50' },
    { sql: "to_char(485, 'FMRN')", result: 'CDLXXXV' },
  ],
  overloads: [
    overload('to_char', [TIMESTAMP, VARCHAR], VARCHAR, timestampToChar),
    overload('to_char', [TIMESTAMPTZ, VARCHAR], VARCHAR, timestampToChar),
    overload('to_char', [INTERVAL, VARCHAR], VARCHAR, intervalToChar),
    ...NUMBERS.map((type) => overload('to_char', [type, VARCHAR], VARCHAR, numberToChar)),
  ],
};
