import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** The colours of the report: told apart by people who do not see all colours, readable on light and on dark paper. */
export const COLOURS = {
  predicted: '#3b82f6',
  measured: '#e07b39',
  good: '#2f9e6e',
  bad: '#d64550',
  muted: '#8a94a6',
  accent: '#9a63d8',
} as const;

/** What `Plot.plot` takes, but for what this module decides. */
export type PlotOptions = Omit<Plot.PlotOptions, 'document'>;

/** What is needed of the element that a plot is. */
interface SvgElement {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
}

const { document } = parseHTML('<!doctype html><html><body></body></html>');
let numPlots = 0;

/**
 * Draws a plot as SVG text ahead of time, to stand in a page that runs no code. `title` is read out in place of the picture.
 */
export function svgPlot(title: string, options: PlotOptions): string {
  numPlots += 1;
  const plot = Plot.plot({
    width: 640,
    height: 300,
    marginLeft: 56,
    marginBottom: 40,
    marginTop: 24,
    style: { fontSize: '11px', background: 'transparent' },
    ...options,
    document,
    figure: false,
    className: `plot-${numPlots}`,
  } as unknown as Plot.PlotOptions);
  const svg = plot as unknown as SvgElement;
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', title);
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return svg.outerHTML;
}
