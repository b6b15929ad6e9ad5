import type { Node, WindowDef } from 'libpg-query';
import { type SourceSpan, unsupported } from '../../error/index.ts';
import type { AstFrame, AstFrameBound, AstNamedWindow, AstWindow } from '../ast/index.ts';
import type { AdaptContext } from './adapt-context.ts';
import { adaptSortItems } from './adapt-sort-items.ts';

/** Bits of the grammar's `frameOptions` (PostgreSQL's `parsenodes.h`). */
const FRAME = {
  isWritten: 0x1,
  range: 0x2,
  rows: 0x4,
  startUnbounded: 0x20,
  endUnbounded: 0x100,
  startCurrentRow: 0x200,
  endCurrentRow: 0x400,
  startPreceding: 0x800,
  endPreceding: 0x1000,
  excludeCurrentRow: 0x8000,
  excludeGroup: 0x10000,
  excludeTies: 0x20000,
} as const;

/** What follows OVER; `span` is that of the call. */
export function adaptWindow(context: AdaptContext, node: WindowDef, span: SourceSpan): AstWindow {
  const known = [
    'name',
    'refname',
    'partitionClause',
    'orderClause',
    'frameOptions',
    'startOffset',
    'endOffset',
  ] as const;
  context.refuseOthers('OVER', node, [...known, 'location'], span);
  const { name, refname } = node;
  return {
    base:
      name !== undefined
        ? { name, isWhole: true }
        : refname !== undefined
          ? { name: refname, isWhole: false }
          : undefined,
    partitionBy: context.expressions(node.partitionClause),
    orderBy: adaptSortItems(context, node.orderClause),
    frame: adaptFrame(context, node),
    span: node.location === undefined || node.location < 0 ? span : context.token(node.location),
  };
}

/** `name AS (...)` of the WINDOW clause. */
export function adaptNamedWindow(context: AdaptContext, item: Node): AstNamedWindow {
  if (!('WindowDef' in item)) throw unsupported('This item of the WINDOW clause', context.firstToken(item));
  const { name = '', ...definition } = item.WindowDef;
  return { name, window: adaptWindow(context, definition, context.token(definition.location)) };
}

function adaptFrame(context: AdaptContext, node: WindowDef): AstFrame | undefined {
  const options = node.frameOptions ?? 0;
  const has = (bit: number) => (options & bit) !== 0;
  if (!has(FRAME.isWritten)) return undefined;
  const bound = (
    isUnbounded: boolean,
    isCurrent: boolean,
    isPreceding: boolean,
    offset: Node | undefined,
  ): AstFrameBound => {
    if (isUnbounded) return { kind: 'unbounded' };
    if (isCurrent) return { kind: 'current-row' };
    return { kind: isPreceding ? 'preceding' : 'following', offset: context.expression(offset) };
  };
  return {
    unit: has(FRAME.rows) ? 'rows' : has(FRAME.range) ? 'range' : 'groups',
    start: bound(has(FRAME.startUnbounded), has(FRAME.startCurrentRow), has(FRAME.startPreceding), node.startOffset),
    end: bound(has(FRAME.endUnbounded), has(FRAME.endCurrentRow), has(FRAME.endPreceding), node.endOffset),
    exclude: has(FRAME.excludeCurrentRow)
      ? 'current-row'
      : has(FRAME.excludeGroup)
        ? 'group'
        : has(FRAME.excludeTies)
          ? 'ties'
          : 'nothing',
  };
}
