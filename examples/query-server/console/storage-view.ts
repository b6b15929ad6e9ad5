import { h, s } from './element.ts';
import { nodeTotals, type Plan, type Profile } from './profile.ts';
import { readWaterfall } from './task-timeline.ts';
import { bytesText, countText } from './value-text.ts';

const WIDTH = 420;

/** What was left out before it was read, step by step, and what was read when. */
export function storageView(plan: Plan, profile: Profile | undefined): HTMLElement {
  const totals = nodeTotals(profile?.tasks ?? []);
  const scanNodes = plan.stages.flatMap(({ nodes }) => nodes.filter(({ kind }) => kind === 'ScanExec'));
  const tables = plan.cost.scans.map((scan) => {
    const steps: (readonly [string, number, number])[] = [
      ['files', scan.numFilesKept, scan.numFiles],
      ['row groups', scan.numRowGroupsKept, scan.numRowGroups],
    ];
    // The same table scanned twice is told apart by nothing: then the rows behind its filters stay out.
    const nodes = scanNodes.filter(({ text }) => text.startsWith(`ScanExec ${scan.table} `));
    const given = nodes.length === 1 ? totals.get(nodes[0]!.id)?.rows : undefined;
    steps.push(
      ['rows read', scan.numRows, scan.numRows],
      ...(given === undefined ? [] : [['rows kept', given, scan.numRows] as const]),
    );
    return h(
      'section',
      {},
      h('h3', {}, scan.table),
      funnel(steps),
      h('p', { class: 'facts' }, `${countText(scan.numRequests)} requests, ${bytesText(scan.bytes)} foreseen`),
    );
  });
  return h(
    'div',
    { class: 'pad' },
    tables.length === 0 ? h('p', { class: 'facts' }, 'The query reads no table.') : h('div', {}, ...tables),
    profile ? h('section', {}, h('h3', {}, 'Reads'), readWaterfall(profile)) : '',
  );
}

function funnel(steps: readonly (readonly [string, number, number])[]): SVGElement {
  const height = steps.length * 26 + 4;
  return s(
    'svg',
    {
      width: WIDTH + 330,
      height,
      role: 'img',
      'aria-label': steps.map(([name, kept, whole]) => `${name}: ${kept} of ${whole}`).join(', '),
    },
    ...steps.flatMap(([name, kept, whole], i) => {
      const width = whole === 0 ? 0 : (WIDTH * kept) / whole;
      const y = i * 26 + 2;
      return [
        s('text', { class: 'soft', x: 0, y: y + 14 }, name),
        s('rect', { class: 'whole', x: 90, y, width: WIDTH, height: 20, rx: 3 }),
        s('rect', { class: 'kept', x: 90, y, width: Math.max(kept > 0 ? 2 : 0, width), height: 20, rx: 3 }),
        s(
          'text',
          { class: 'mono', x: 90 + WIDTH + 10, y: y + 14 },
          kept === whole ? countText(whole) : `${countText(kept)} of ${countText(whole)}`,
        ),
      ];
    }),
  );
}
