import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueryServer } from '../src/query-server.ts';
import { startServer, type TestData, testData } from './server.fixture.ts';

/** Debian's package; CI installs it. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Where to leave pictures for people; none are made without it. */
const PICTURES = process.env.CONSOLE_PICTURES;

describe.skipIf(!existsSync(CHROMIUM))('the console in a browser', () => {
  let data: TestData;
  let server: QueryServer;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    data = await testData();
    await data.write(
      'orders',
      `SELECT i AS id, 9007199254740993 + i AS big, (i * 37 % 1000)::decimal(12,2) AS price, DATE '2024-01-01' + (i % 365)::int AS day,
       ['AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL'][1 + i % 5] AS mode, CASE WHEN i % 7 = 0 THEN NULL ELSE 'customer ' || i % 100 END AS customer FROM range(40000) r(i)`,
      ', ROW_GROUP_SIZE 8192',
    );
    await data.write(
      'modes',
      "SELECT * FROM (VALUES ('AIR', 2), ('RAIL', 1), ('SHIP', 0), ('TRUCK', 1)) t(mode, speed)",
    );
    server = await startServer(data.directory, ['orders', 'modes'], {
      tables: {
        orders: { location: 'lake/orders.parquet', description: 'Orders of customers' },
        modes: { location: 'lake/modes.parquet' },
      },
    });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    page = await browser.newPage({
      viewport: { width: 1360, height: 860 },
      colorScheme: 'light',
      acceptDownloads: true,
    });
    page.setDefaultTimeout(90_000);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url()))
        complaints.push(`a request to ${request.url()}`);
    });
    await page.goto(server.url);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    data?.[Symbol.dispose]();
  });

  const write = (sql: string) => page.fill('#sql', sql);
  const state = () => page.textContent('#state');
  const runs = async (sql: string, expected = 'finished') => {
    await write(sql);
    await page.press('#sql', 'Control+Enter');
    await expect.poll(state, { timeout: 90_000 }).toBe(expected);
    await page.waitForFunction(
      () =>
        !(
          globalThis as unknown as { document: { getElementById(id: string): { disabled: boolean } } }
        ).document.getElementById('run').disabled,
    );
  };
  const column = async (index: number, count: number) =>
    (await page.locator(`table.rows tbody tr td:nth-child(${index})`).allTextContents()).slice(0, count);
  const picture = async (name: string) => {
    if (!PICTURES) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  };

  const REPORT = `SELECT o.mode, speed, count(*) AS orders, sum(price) AS total, max(big) AS newest
FROM orders o JOIN modes USING (mode)
WHERE day < DATE '2024-07-01'
GROUP BY o.mode, speed
ORDER BY total DESC`;

  test('a query is typed, run, and its rows are there with all digits', async () => {
    await runs(REPORT);
    const expected = await data.rows(
      `SELECT o.mode, count(*), max(big) FROM '${data.directory}/orders.parquet' o JOIN '${data.directory}/modes.parquet' m ON o.mode = m.mode WHERE day < DATE '2024-07-01' GROUP BY o.mode ORDER BY sum(price) DESC`,
    );
    expect(await column(2, 4)).toEqual(expected.map(([mode]) => mode));
    expect(await column(4, 4)).toEqual(expected.map(([, count]) => count));
    expect(await column(6, 4)).toEqual(expected.map(([, , newest]) => newest));
    expect(await page.textContent('#facts')).toMatch(/^4 rows in .* read/);
    expect(await page.textContent('#meter')).toMatch(/bytes.*\d/);
    await picture('rows-light');
  });

  test('a column is sorted by its header, from the keyboard too', async () => {
    const header = page.locator('th button[data-column="orders"]');
    await header.click();
    const ascending = (await column(4, 4)).map(Number);
    expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
    expect(await page.locator('th[aria-sort="ascending"]').count()).toBe(1);
    await header.press('Enter');
    expect((await column(4, 4)).map(Number)).toEqual(ascending.toReversed());
  });

  test('the plan, the timeline and the storage view show the run', async () => {
    await page.click('#tab-plan');
    await page.waitForSelector('[data-node]');
    expect(await page.locator('[data-node]').count()).toBeGreaterThan(4);
    expect(await page.locator('path.edge').count()).toBeGreaterThan(3);
    await picture('plan-light');
    await page.press('#tab-plan', 'ArrowRight');
    await page.waitForSelector('svg .cpu');
    expect(await page.getAttribute('#tab-time', 'aria-selected')).toBe('true');
    await picture('timeline-light');
    await page.click('#tab-storage');
    await page.waitForSelector('svg .kept');
    expect(await page.textContent('#view')).toMatch(/orders.*requests/s);
    await picture('storage-light');
    await page.click('#tab-chart');
    await page.waitForSelector('svg rect.series');
    await picture('chart-light');
    await page.click('#tab-rows');
  });

  test('the cost is shown before anything runs', async () => {
    await write('SELECT sum(price) AS s FROM orders');
    await expect.poll(() => page.textContent('#meter'), { timeout: 30_000 }).toMatch(/bytes\d/);
  });

  test('an error is shown at its place', async () => {
    const sql = 'SELECT id,\n       pricee\nFROM orders';
    await runs(sql, 'failed');
    expect(await page.textContent('#problem')).toMatch(/UNKNOWN_COLUMN at line 2, column 8.*price/s);
    expect(await page.textContent('.fault')).toBe('pricee');
    expect(
      await page.evaluate(
        () =>
          (
            globalThis as unknown as { document: { getElementById(id: string): { selectionStart: number } } }
          ).document.getElementById('sql').selectionStart,
      ),
    ).toBe(sql.indexOf('pricee'));
    await picture('error-light');
  });

  test('a long query is cancelled', async () => {
    await write('SELECT count(*) FROM orders a, orders b WHERE a.id * b.id % 7 = 3');
    await page.click('#run');
    await expect.poll(state, { timeout: 60_000 }).toMatch(/running|planning/);
    await page.keyboard.press('Escape');
    await expect.poll(state, { timeout: 60_000 }).toBe('cancelled');
    expect(await page.isHidden('#problem')).toBe(false);
  });

  test('a profile is saved, opened again, and compared', async () => {
    await runs('SELECT mode, avg(price) AS mean FROM orders GROUP BY mode');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#export')]);
    const path = join(data.directory, 'profile.json');
    await download.saveAs(path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: 1, query: { state: 'FINISHED' } });
    await page.reload();
    await page.setInputFiles('#import', path);
    await page.waitForSelector('[data-node]');
    expect(await page.inputValue('#sql')).toBe('SELECT mode, avg(price) AS mean FROM orders GROUP BY mode');
    await page.setInputFiles('#import', path);
    await page.click('#tab-compare');
    expect(await page.textContent('#view')).toMatch(/bytes read.*requests/s);
    await picture('compare-light');
  });

  test('the address of a page holds its query', async () => {
    await write("SELECT 'ä % #' AS t");
    await page.click('#link');
    const address = page.url();
    await page.goto('about:blank');
    await page.goto(address);
    expect(await page.inputValue('#sql')).toBe("SELECT 'ä % #' AS t");
  });

  test('the schema is there and writes names', async () => {
    await page.click('summary:has-text("orders")');
    await page.click('#schema button:has-text("customer")');
    expect(await page.inputValue('#sql')).toContain('customer');
  });

  test('dark is as complete as light', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.click('summary:has-text("orders")');
    await runs(REPORT);
    await picture('rows-dark');
    await page.click('#tab-plan');
    await page.waitForSelector('[data-node]');
    await picture('plan-dark');
    await page.click('#tab-time');
    await picture('timeline-dark');
    await page.click('#theme');
    expect(
      await page.evaluate(
        () =>
          (globalThis as unknown as { document: { documentElement: { dataset: { theme?: string } } } }).document
            .documentElement.dataset.theme,
      ),
    ).toBe('light');
  });

  test('the browser had nothing to complain of', () => {
    // A problem of a query is an answer, which browsers log as a failed load.
    expect(complaints.filter((text) => !/status of (400|409|410|422)/.test(text))).toEqual([]);
  });

  test('apache-arrow in a page of its own reads the stream', async () => {
    const bundle = join(dirname(createRequire(import.meta.url).resolve('apache-arrow')), 'Arrow.es2015.min.js');
    const client = await browser.newPage();
    // Only the page is made up: the server, its headers and its answer are real.
    await client.route('**/arrow-client', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<script src="/arrow.js"></script>' }),
    );
    await client.route('**/arrow.js', (route) => route.fulfill({ contentType: 'text/javascript', path: bundle }));
    await client.goto(`${server.url}/arrow-client`);
    const answer = await client.evaluate(`(async () => {
      const response = await fetch('/v1/queries', { method: 'POST', body: JSON.stringify({ sql: 'SELECT id, big, mode FROM orders ORDER BY id LIMIT 3' }),
        headers: { 'content-type': 'application/json', accept: 'application/vnd.apache.arrow.stream' } });
      const table = await Arrow.tableFromIPC(response);
      return table.toArray().map((row) => [String(row.id), String(row.big), row.mode]);
    })()`);
    expect(answer).toEqual(
      await data.rows(`SELECT id, big, mode FROM '${data.directory}/orders.parquet' ORDER BY id LIMIT 3`),
    );
    await client.close();
  });
});
