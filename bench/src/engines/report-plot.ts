import type { MedianEstimate } from '../statistics/median.ts';
import { type EngineReport, type MeasuredResult, measuredResults } from './engine-report.ts';
import { machineText } from './machine.ts';

/** Sizes in pixels. */
const WIDTH = 960;
const LEFT = 190;
const RIGHT = 150;
const TOP = 92;
const BOTTOM = 64;
const ROW = 26;
const RADIUS = 5;
const TICKS = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50, 100];

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 17px; font-weight: 600; }
  .small { font-size: 11px; fill: #57606a; }
  .grid { stroke: #d0d7de; }
  .one { stroke: #24292f; stroke-width: 1.5; }
  .cpu { fill: #0969da; stroke: #0969da; }
  .wall { fill: #ffffff; stroke: #bc4c00; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; } text { fill: #e6edf3; } .small { fill: #8d96a0; }
    .grid { stroke: #30363d; } .one { stroke: #e6edf3; } .wall { fill: #0d1117; stroke: #f0883e; }
    .cpu { fill: #4493f8; stroke: #4493f8; }
  }`;

/**
 * The ratios of a report as a picture (SVG, self-contained): a row for each query and number of threads, a dot for CPU time
 * and a ring for wall time on a logarithmic scale, with their 95 % confidence intervals. Left of 1 the engine is better.
 */
export function reportPlot(report: EngineReport): string {
  const results = measuredResults(report.results);
  const { from, to } = scaleOf(results);
  const height = TOP + results.length * ROW + BOTTOM;
  const x = (ratio: number) => {
    const share = (Math.log(clamp(ratio, from, to)) - Math.log(from)) / (Math.log(to) - Math.log(from));
    return round(LEFT + share * (WIDTH - LEFT - RIGHT));
  };
  const bottom = height - BOTTOM;
  const { suite, scaleFactor, compression, writer, machine, versions } = report;
  const title = `${suite}, scale factor ${scaleFactor}, ${compression}, written by ${writer}: ratio to DuckDB`;
  const versionText = Object.entries(versions)
    .map(([engine, version]) => `${engine} ${version}`)
    .join(', ');
  const ticks = TICKS.filter((tick) => tick >= from && tick <= to).map(
    (tick) =>
      `<line class="${tick === 1 ? 'one' : 'grid'}" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP - 8}" y2="${bottom}"/>
<text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`,
  );
  const rows = results.map((result, index) => rowMarks(result, TOP + (index + 0.5) * ROW, x));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escapeText(title)}</title>
<style>${STYLE}
</style>
<rect class="paper" width="${WIDTH}" height="${height}" fill="#ffffff"/>
<text class="title" x="20" y="30">${escapeText(title)}</text>
<text class="small" x="20" y="50">${escapeText(`${versionText}; medians of ${report.numRuns} runs by turns with 95 % confidence intervals; left of 1 is better than DuckDB`)}</text>
<circle class="cpu" cx="26" cy="66" r="${RADIUS}"/><text x="38" y="70">CPU time</text>
<circle class="wall" cx="116" cy="66" r="${RADIUS}"/><text x="128" y="70">wall time</text>
${ticks.join('\n')}
${rows.join('\n')}
<text class="small" x="20" y="${height - 14}">${escapeText(machineText(machine))}</text>
</svg>
`;
}

/** From a tick at or below the least ratio to one at or above the greatest, and 1 between. */
function scaleOf(results: readonly MeasuredResult[]): { from: number; to: number } {
  const ratios = results.flatMap(({ ratio }) => [ratio.cpu.median, ratio.wall.median]);
  const least = Math.min(0.7, ...ratios);
  const most = Math.max(1.5, ...ratios);
  return {
    from: TICKS.findLast((tick) => tick <= least) ?? TICKS[0]!,
    to: TICKS.find((tick) => tick >= most) ?? TICKS.at(-1)!,
  };
}

function rowMarks(result: MeasuredResult, y: number, x: (ratio: number) => number): string {
  const { query, engine, numThreads, ratio } = result;
  const threads = numThreads === 1 ? '1 thread' : `${numThreads} threads`;
  const label = `${query}${engine === 'millrace' ? '' : ` ${engine}`}, ${threads}`;
  const figures = `${ratio.cpu.median.toFixed(2)} CPU, ${ratio.wall.median.toFixed(2)} wall`;
  return `<g><title>${escapeText(`${result.title}: ${figures}`)}</title>
<text x="${LEFT - 14}" y="${y + 4}" text-anchor="end">${escapeText(label)}</text>
${mark('wall', ratio.wall, y + 5, x)}
${mark('cpu', ratio.cpu, y - 5, x)}
<text class="small" x="${WIDTH - RIGHT + 14}" y="${y + 4}">${figures}</text></g>`;
}

function mark(
  name: string,
  { median, halfWidth = 0 }: MedianEstimate,
  y: number,
  x: (ratio: number) => number,
): string {
  const [low, high] = [x(median - halfWidth), x(median + halfWidth)];
  return `<line class="${name}" x1="${low}" x2="${high}" y1="${y}" y2="${y}"/><circle class="${name}" cx="${x(median)}" cy="${y}" r="${RADIUS}"/>`;
}

function clamp(value: number, from: number, to: number): number {
  return Math.min(to, Math.max(from, value));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
