import { QueryError, unsupported } from '../../../error/index.ts';
import { DATE, type DataType, TIMESTAMPTZ, VARCHAR } from '../../../types/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { constantText } from '../constant-argument.ts';
import { TO_TIMESTAMP_OF_SECONDS } from '../datetime/make-datetime.ts';
import { timeZone } from '../datetime/time-zone.ts';
import { functionKernels } from '../function-kernels.ts';
import { checkAnswer, kernelFailure } from '../kernel-failure.ts';
import { refText } from '../ref-text.ts';
import { flatResult, overload, stride } from '../row-evaluation.ts';
import {
  FIXED_FORMAT,
  parseDatetimeTemplate,
  type TemplateNode,
  ZONE_NAME_LOWER,
  ZONE_NAME_UPPER,
} from './datetime-template.ts';
import { templateProgram } from './template-program.ts';

/** Answers of kernels/function/datetime-from-char.ts. */
const INVALID_VALUE = 3;
const FIELD_RANGE = 7;
const CONFLICT = 8;
const TWELVE_HOURS = 9;
const NO_YEAR = 10;
const ZONE_RANGE = 11;

/** All days that a list of transitions holds; the years of texts are not known before they are read. */
const FIRST_DAY = -62_092;
const LAST_DAY = 170_568;
const TEXT = new TextDecoder('utf-8', { ignoreBOM: true });

const wordOf = (node: TemplateNode | undefined) => (node?.kind === 'field' ? node.word : (node?.text ?? ''));

/** Throws for a text that does not fit the template. */
function checkRead(
  context: EvaluationContext,
  texts: Vector,
  nodes: readonly TemplateNode[],
  answer: number,
  type: DataType,
): void {
  const failure = kernelFailure(answer);
  if (!failure) return;
  const { memory } = context.arena;
  const kernels = functionKernels(context);
  const ref = texts.data + failure.row * stride(texts);
  const text = refText(memory, ref);
  const options = { span: context.span, details: { value: text } };
  const node = nodes[kernels.from_char_failed_node()];
  switch (failure.status) {
    case INVALID_VALUE: {
      const end = memory.u32[ref >>> 2]! + memory.u32[(ref >>> 2) + 1]!;
      const rest = TEXT.decode(memory.u8.slice(kernels.from_char_failed_at(), end));
      throw new QueryError('INVALID_VALUE', `invalid value "${rest}" for "${wordOf(node)}"`, {
        ...options,
        hint: `The whole text is "${text}".`,
      });
    }
    case FIELD_RANGE:
      throw new QueryError('INVALID_VALUE', `date/time field value out of range: "${text}"`, options);
    case CONFLICT:
      throw new QueryError('INVALID_VALUE', `conflicting values for "${wordOf(node)}" field in formatting string`, {
        ...options,
        hint: 'A field may stand there once, and ISO weeks do not go together with months and days.',
      });
    case TWELVE_HOURS:
      throw new QueryError('INVALID_VALUE', `the hour of "${text}" is invalid for the 12-hour clock`, {
        ...options,
        hint: 'Use the 24-hour clock (HH24), or give an hour between 1 and 12.',
      });
    case NO_YEAR:
      throw new QueryError('INVALID_VALUE', 'cannot calculate day of year without year information', options);
    case ZONE_RANGE:
      throw new QueryError('INVALID_VALUE', `time zone displacement out of range: "${text}"`, options);
    default:
      checkAnswer(answer, context, {
        overflow: `${type.id === 'date' ? 'date' : 'timestamp'} out of range: "${text}"`,
      });
  }
}

interface ReadTemplate {
  readonly nodes: readonly TemplateNode[];
  /** FX: spaces and separators count one for one. */
  readonly fixed: boolean;
}

function readTemplate(context: EvaluationContext, template: Vector, numRows: number): ReadTemplate {
  const parsed = parseDatetimeTemplate(constantText(context, template, numRows, 'A template'), context.span);
  const isFixed = (node: TemplateNode) => node.kind === 'field' && node.code === FIXED_FORMAT;
  const zone = parsed.find(
    (node) => node.kind === 'field' && (node.code === ZONE_NAME_UPPER || node.code === ZONE_NAME_LOWER),
  );
  if (zone)
    throw unsupported('The name of a time zone (TZ) in a template that is read', context.span, 'Use TZH and TZM.');
  return { nodes: parsed.filter((node) => !isFixed(node)), fixed: parsed.some(isFixed) };
}

const toDate: ScalarEvaluate = (context, args, numRows, type) => {
  const [texts, template] = args as readonly [Vector, Vector];
  const { nodes, fixed } = readTemplate(context, template, numRows);
  const { address, numNodes } = templateProgram(context, nodes);
  return flatResult(context, type, numRows, (out) => {
    const textArgs = [texts.data, stride(texts), address, numNodes, fixed ? 1 : 0] as const;
    const answer = functionKernels(context).text_to_date_by(...textArgs, context.validity, numRows, out);
    checkRead(context, texts, nodes, answer, type);
  });
};

const toTimestamp: ScalarEvaluate = (context, args, numRows, type) => {
  const [texts, template] = args as readonly [Vector, Vector];
  const { nodes, fixed } = readTemplate(context, template, numRows);
  const { address, numNodes } = templateProgram(context, nodes);
  const session = timeZone(context.timeZone, context.span);
  const { starts, offsets, numStarts } = session.table(context.arena, FIRST_DAY, LAST_DAY);
  return flatResult(context, type, numRows, (out) => {
    const textArgs = [texts.data, stride(texts), address, numNodes, fixed ? 1 : 0] as const;
    const zoneArgs = [starts, offsets, numStarts] as const;
    const { validity } = context;
    const answer = functionKernels(context).text_to_timestamptz_by(...textArgs, ...zoneArgs, validity, numRows, out);
    checkRead(context, texts, nodes, answer, type);
  });
};

export const TO_TIMESTAMP_FUNCTIONS: readonly ScalarFunction[] = [
  {
    name: 'to_date',
    category: 'datetime',
    volatility: 'immutable',
    description: 'Reads a date by a template; see to_char.',
    examples: [
      { sql: "to_date('05 Dec 2000', 'DD Mon YYYY')", result: '2000-12-05' },
      { sql: "to_date('20240229', 'YYYYMMDD')", result: '2024-02-29' },
    ],
    overloads: [overload('to_date', [VARCHAR, VARCHAR], DATE, toDate)],
  },
  {
    name: 'to_timestamp',
    category: 'datetime',
    volatility: 'stable',
    description:
      'Reads a timestamp by a template, in the zone of the session when it has none of its own; or makes one of seconds since 1970-01-01.',
    examples: [
      { sql: "to_timestamp('05 Dec 2000 13:45', 'DD Mon YYYY HH24:MI')", result: '2000-12-05 13:45:00+00' },
      { sql: 'to_timestamp(1284352323)', result: '2010-09-13 04:32:03+00' },
    ],
    overloads: [TO_TIMESTAMP_OF_SECONDS, overload('to_timestamp', [VARCHAR, VARCHAR], TIMESTAMPTZ, toTimestamp)],
  },
];
