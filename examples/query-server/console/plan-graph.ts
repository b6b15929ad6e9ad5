import { h, s } from './element.ts';
import { nodeTotals, type Plan, type PlanNode, type TaskReport } from './profile.ts';
import { countText, durationText } from './value-text.ts';

const NODE = { width: 208, height: 56, gapX: 28, gapY: 44 };
const MAX_EDGE = 14;

interface Placed {
  readonly node: PlanNode;
  readonly stage: number;
  readonly inputs: readonly Placed[];
  x: number;
  y: number;
}

/** The plan from the result down to the scans: edges as wide as the rows they carry, nodes the warmer the more time they took. */
export function planGraph(plan: Plan, tasks: readonly TaskReport[]): HTMLElement {
  const totals = nodeTotals(tasks);
  const isMeasured = tasks.length > 0;
  const rowsOf = ({ id, estimatedRows }: PlanNode) => (isMeasured ? (totals.get(id)?.rows ?? 0) : (estimatedRows ?? 0));
  const longest = Math.max(1e-9, ...[...totals.values()].map(({ cpuMs }) => cpuMs));
  const widest = Math.max(1, ...plan.stages.flatMap(({ nodes }) => nodes.map(rowsOf)));
  const placed = place(plan);
  const all = [...walk(placed)];
  const width = Math.max(...all.map(({ x }) => x)) + NODE.width + 32;
  const height = Math.max(...all.map(({ y }) => y)) + NODE.height + 32;
  const edges = all.flatMap((parent) =>
    parent.inputs.map((child) => {
      const rows = rowsOf(child.node);
      const [x1, y1, x2, y2] = [parent.x + NODE.width / 2, parent.y + NODE.height, child.x + NODE.width / 2, child.y];
      const thickness = 1 + (MAX_EDGE * Math.log1p(rows)) / Math.log1p(widest);
      return s(
        'path',
        {
          class: 'edge',
          'stroke-width': thickness,
          d: `M${x1} ${y1}C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}`,
        },
        s('title', {}, `${countText(rows)} rows`),
      );
    }),
  );
  const boxes = all.map(({ node, stage, x, y }) => {
    const total = totals.get(node.id);
    const share = (total?.cpuMs ?? 0) / longest;
    const facts = isMeasured
      ? `${countText(total?.rows ?? 0)} rows · ${durationText(total?.cpuMs ?? 0)}`
      : node.estimatedRows === undefined
        ? ''
        : `~${countText(node.estimatedRows)} rows`;
    const about = node.text.slice(node.kind.length).trim();
    return s(
      'g',
      { transform: `translate(${x} ${y})`, 'data-node': node.id },
      s('title', {}, `Stage ${stage}: ${node.text}`),
      s('rect', { class: 'box', width: NODE.width, height: NODE.height }),
      s('rect', { class: 'heat', width: NODE.width, height: NODE.height, opacity: (share * 0.4).toFixed(3) }),
      s('text', { x: 10, y: 19, 'font-weight': 600 }, node.kind.replace(/Exec$/, '')),
      s('text', { class: 'soft', x: NODE.width - 10, y: 19, 'text-anchor': 'end' }, `stage ${stage}`),
      s('text', { class: 'mono', x: 10, y: 34 }, about.length > 29 ? `${about.slice(0, 28)}…` : about),
      s('text', { class: 'mono', x: 10, y: 49 }, facts),
    );
  });
  return h(
    'div',
    { class: 'pad' },
    h(
      'p',
      { class: 'legend' },
      isMeasured
        ? 'Edges are as wide as their rows, nodes as warm as their time. Point at one for all of it.'
        : 'Estimates; run the query to see what happens.',
    ),
    s(
      'svg',
      { width, height, role: 'img', 'aria-label': `Plan of ${all.length} operators in ${plan.stages.length} stages` },
      ...edges,
      ...boxes,
    ),
  );
}

/** A tree from the last stage's root; an exchange is one step to the root of the stage that it reads. */
function place({ stages }: Plan): Placed {
  let nextX = 16;
  const build = (stage: number, id: number, depth: number): Placed => {
    const { nodes } = stages[stage]!;
    const node = nodes.find((candidate) => candidate.id === id)!;
    const inputs =
      node.stage === undefined
        ? node.inputs.map((input) => build(stage, input, depth + 1))
        : [build(node.stage, stages[node.stage]!.nodes[0]!.id, depth + 1)];
    const y = 16 + depth * (NODE.height + NODE.gapY);
    let x: number;
    if (inputs.length === 0) {
      x = nextX;
      nextX += NODE.width + NODE.gapX;
    } else x = (inputs[0]!.x + inputs.at(-1)!.x) / 2;
    return { node, stage, inputs, x, y };
  };
  const last = stages.length - 1;
  return build(last, stages[last]!.nodes[0]!.id, 0);
}

function* walk(placed: Placed): Generator<Placed> {
  yield placed;
  for (const input of placed.inputs) yield* walk(input);
}
