import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePlan } from '../plan/make-plan.ts';
import { TOY_PRICES, TOY_WORKLOAD, toyModel } from '../plan/toy-plan.fixture.ts';
import { TOY_SCORECARD } from '../verify/scorecard.fixture.ts';
import { reportPage } from './report-page.ts';

const plan = makePlan({
  workload: TOY_WORKLOAD,
  model: toyModel(),
  prices: TOY_PRICES,
  cacheBytesPerNode: 0,
  createdAt: '2026-01-01T00:00:00Z',
  durationMs: 100_000,
});
const page = reportPage({ plan, scorecard: TOY_SCORECARD });

const SECTIONS = [
  ['verdict', 0],
  ['cost', 0],
  ['frontier', 1],
  ['latency', 4],
  ['scenarios', 0],
  ['scaling', 4],
  ['policies', 0],
  ['growth', 1],
  ['verification', 1],
  ['assumptions', 0],
] as const;

describe('the page as text', () => {
  test('has no script and nothing that it would fetch', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|src=/i);
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
  });

  test('escapes what users wrote', () => {
    expect(page).toContain('toy &lt;workload&gt;');
    expect(page).not.toContain('<workload>');
  });

  test('shows misses, their reasons, and every assumption with its class', () => {
    expect(page).toMatch(/response p95.*\+50\.0 %.*missed/s);
    expect(page).toContain('because of a test');
    expect(page).toContain('<span class="tag measured">measured</span>');
  });
});

const CHROMIUM = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path));
const WHY = 'no Chromium here: apt-get install chromium, or set CHROMIUM';

test.runIf(process.env.REQUIRE_BROWSER)('there is a browser', () => expect(CHROMIUM, WHY).toBeDefined());

describe.skipIf(!CHROMIUM)(`the page in a browser${CHROMIUM ? '' : ` (${WHY})`}`, () => {
  let browser: Browser;
  let directory: string;
  let url: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'millrace-report-'));
    await writeFile(join(directory, 'report.html'), page);
    url = pathToFileURL(join(directory, 'report.html')).href;
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-gpu'] });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Opens the report without network and without JavaScript. */
  async function open(width: number, colorScheme: 'light' | 'dark'): Promise<{ view: Page; requests: string[] }> {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      javaScriptEnabled: false,
      offline: true,
    });
    const view = await context.newPage();
    const requests: string[] = [];
    view.on('request', (request) => requests.push(request.url()));
    await view.goto(url);
    return { view, requests };
  }

  test('asks for nothing but itself, and has every section with its figures in order', async () => {
    const { view, requests } = await open(1200, 'light');
    expect(requests).toEqual([url]);
    const ids = await view.locator('h2[id], section[id]').evaluateAll((elements) => elements.map(({ id }) => id));
    expect(ids).toEqual(SECTIONS.map(([id]) => id));
    const figures = await view
      .locator('figure, h2[id], section[id]')
      .evaluateAll((elements) => elements.map(({ id, tagName }) => [id, tagName]));
    const counts = new Map<string, number>();
    let section = '';
    for (const [id, tag] of figures as [string, string][]) {
      if (tag === 'FIGURE') counts.set(section, (counts.get(section) ?? 0) + 1);
      else section = id;
    }
    expect(SECTIONS.map(([id]) => [id, counts.get(id) ?? 0])).toEqual(SECTIONS);
    await view.context().close();
  });

  test.each([
    [1200, 'light'],
    [1200, 'dark'],
    [420, 'light'],
  ] as const)(
    'at %i pixels, %s: figures have ink, lie apart, and nothing runs out of the page',
    async (width, scheme) => {
      const { view } = await open(width, scheme);
      const boxes = await view
        .locator('figure svg')
        .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().toJSON()));
      expect(boxes.length).toBe(SECTIONS.reduce((sum, [, count]) => sum + count, 0));
      boxes.forEach((box, i) => {
        expect(box.width, `figure ${i}`).toBeGreaterThan(250);
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.right).toBeLessThanOrEqual(width);
        for (const other of boxes.slice(i + 1)) {
          const apart =
            box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top;
          expect(apart, `figure ${i} overlaps another`).toBe(true);
        }
      });
      expect(await view.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const shots: string[] = [];
      for (const figure of await view.locator('figure svg').all())
        shots.push((await figure.screenshot()).toString('base64'));
      await view.context().close();
      for (const [i, ink] of (await inkOf(shots)).entries()) {
        expect(ink, `figure ${i} is empty`).toBeGreaterThan(0.004);
        expect(ink, `figure ${i} is a blot`).toBeLessThan(0.75);
      }
    },
  );

  /** The share of the pixels of each picture that differ from the colour of its corner. */
  async function inkOf(pictures: readonly string[]): Promise<number[]> {
    const context = await browser.newContext();
    const painter = await context.newPage();
    const ink: number[] = [];
    for (const picture of pictures) {
      ink.push(
        Number(
          await painter.evaluate(`(async () => {
            const bytes = Uint8Array.from(atob('${picture}'), (character) => character.charCodeAt(0));
            const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
            const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
            const context = canvas.getContext('2d');
            context.drawImage(bitmap, 0, 0);
            const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
            let different = 0;
            for (let i = 0; i < data.length; i += 4) {
              const distance = Math.abs(data[i] - data[0]) + Math.abs(data[i + 1] - data[1]) + Math.abs(data[i + 2] - data[2]);
              if (distance > 24) different += 1;
            }
            return (4 * different) / data.length;
          })()`),
        ),
      );
    }
    await context.close();
    return ink;
  }
});
