import type { BenchQuery, Suite } from '../engines/bench-query.ts';
import type { ResultCheck } from '../engines/result-rows.ts';
import { numHits } from './hits-rows.ts';

const ALL: ResultCheck = { kind: 'rows' };
const COUNT: ResultCheck = { kind: 'count' };
/** The columns that ORDER BY names; others depend on how ties fall. */
const ordered = (...columns: number[]): ResultCheck => ({ kind: 'ordered-columns', columns });

/** Rows of the published table, by which two of its queries' thresholds are set. */
const PUBLISHED_ROWS = 100_000_000;
const PUBLISHED_THRESHOLD = 100_000;

const WIDTHS = Array.from({ length: 90 }, (_, i) =>
  i === 0 ? 'SUM(ResolutionWidth) AS s0' : `SUM(ResolutionWidth + ${i}) AS s${i}`,
).join(', ');

const JULY = `CounterID = 62 AND EventDate >= '2013-07-01' AND EventDate <= '2013-07-31'`;

/**
 * The 43 queries of ClickBench in its PostgreSQL dialect (github.com/ClickHouse/ClickBench, postgresql/queries.sql), in
 * its order. Columns that would share a name have aliases, and HAVING's thresholds follow the number of rows.
 */
function queries(scaleFactor: number): BenchQuery[] {
  const threshold = Math.floor((PUBLISHED_THRESHOLD * numHits(scaleFactor)) / PUBLISHED_ROWS);
  const list: readonly (readonly [sql: string, check: ResultCheck])[] = [
    ['SELECT COUNT(*) FROM hits', ALL],
    ['SELECT COUNT(*) FROM hits WHERE AdvEngineID <> 0', ALL],
    ['SELECT SUM(AdvEngineID), COUNT(*), AVG(ResolutionWidth) FROM hits', ALL],
    ['SELECT AVG(UserID) FROM hits', ALL],
    ['SELECT COUNT(DISTINCT UserID) FROM hits', ALL],
    ['SELECT COUNT(DISTINCT SearchPhrase) FROM hits', ALL],
    ['SELECT MIN(EventDate), MAX(EventDate) FROM hits', ALL],
    ['SELECT AdvEngineID, COUNT(*) FROM hits WHERE AdvEngineID <> 0 GROUP BY AdvEngineID ORDER BY COUNT(*) DESC', ALL],
    ['SELECT RegionID, COUNT(DISTINCT UserID) AS u FROM hits GROUP BY RegionID ORDER BY u DESC LIMIT 10', ordered(1)],
    [
      `SELECT RegionID, SUM(AdvEngineID), COUNT(*) AS c, AVG(ResolutionWidth), COUNT(DISTINCT UserID)
       FROM hits GROUP BY RegionID ORDER BY c DESC LIMIT 10`,
      ordered(2),
    ],
    [
      `SELECT MobilePhoneModel, COUNT(DISTINCT UserID) AS u FROM hits WHERE MobilePhoneModel <> ''
       GROUP BY MobilePhoneModel ORDER BY u DESC LIMIT 10`,
      ordered(1),
    ],
    [
      `SELECT MobilePhone, MobilePhoneModel, COUNT(DISTINCT UserID) AS u FROM hits WHERE MobilePhoneModel <> ''
       GROUP BY MobilePhone, MobilePhoneModel ORDER BY u DESC LIMIT 10`,
      ordered(2),
    ],
    [
      `SELECT SearchPhrase, COUNT(*) AS c FROM hits WHERE SearchPhrase <> ''
       GROUP BY SearchPhrase ORDER BY c DESC LIMIT 10`,
      ordered(1),
    ],
    [
      `SELECT SearchPhrase, COUNT(DISTINCT UserID) AS u FROM hits WHERE SearchPhrase <> ''
       GROUP BY SearchPhrase ORDER BY u DESC LIMIT 10`,
      ordered(1),
    ],
    [
      `SELECT SearchEngineID, SearchPhrase, COUNT(*) AS c FROM hits WHERE SearchPhrase <> ''
       GROUP BY SearchEngineID, SearchPhrase ORDER BY c DESC LIMIT 10`,
      ordered(2),
    ],
    ['SELECT UserID, COUNT(*) FROM hits GROUP BY UserID ORDER BY COUNT(*) DESC LIMIT 10', ordered(1)],
    [
      `SELECT UserID, SearchPhrase, COUNT(*) FROM hits
       GROUP BY UserID, SearchPhrase ORDER BY COUNT(*) DESC LIMIT 10`,
      ordered(2),
    ],
    ['SELECT UserID, SearchPhrase, COUNT(*) FROM hits GROUP BY UserID, SearchPhrase LIMIT 10', COUNT],
    [
      `SELECT UserID, extract(minute FROM EventTime) AS m, SearchPhrase, COUNT(*) FROM hits
       GROUP BY UserID, m, SearchPhrase ORDER BY COUNT(*) DESC LIMIT 10`,
      ordered(3),
    ],
    ['SELECT UserID FROM hits WHERE UserID = 435090932899640449', ALL],
    [`SELECT COUNT(*) FROM hits WHERE URL LIKE '%google%'`, ALL],
    [
      `SELECT SearchPhrase, MIN(URL), COUNT(*) AS c FROM hits WHERE URL LIKE '%google%' AND SearchPhrase <> ''
       GROUP BY SearchPhrase ORDER BY c DESC LIMIT 10`,
      ordered(2),
    ],
    [
      `SELECT SearchPhrase, MIN(URL) AS u, MIN(Title) AS t, COUNT(*) AS c, COUNT(DISTINCT UserID) AS d FROM hits
       WHERE Title LIKE '%Google%' AND URL NOT LIKE '%.google.%' AND SearchPhrase <> ''
       GROUP BY SearchPhrase ORDER BY c DESC LIMIT 10`,
      ordered(3),
    ],
    [`SELECT * FROM hits WHERE URL LIKE '%google%' ORDER BY EventTime LIMIT 10`, ordered(2)],
    [`SELECT SearchPhrase FROM hits WHERE SearchPhrase <> '' ORDER BY EventTime LIMIT 10`, COUNT],
    [`SELECT SearchPhrase FROM hits WHERE SearchPhrase <> '' ORDER BY SearchPhrase LIMIT 10`, ALL],
    [`SELECT SearchPhrase FROM hits WHERE SearchPhrase <> '' ORDER BY EventTime, SearchPhrase LIMIT 10`, ALL],
    [
      `SELECT CounterID, AVG(length(URL)) AS l, COUNT(*) AS c FROM hits WHERE URL <> ''
       GROUP BY CounterID HAVING COUNT(*) > ${threshold} ORDER BY l DESC LIMIT 25`,
      ordered(1),
    ],
    [
      `SELECT REGEXP_REPLACE(Referer, '^https?://(?:www\\.)?([^/]+)/.*$', '\\1') AS k, AVG(length(Referer)) AS l,
              COUNT(*) AS c, MIN(Referer) FROM hits WHERE Referer <> ''
       GROUP BY k HAVING COUNT(*) > ${threshold} ORDER BY l DESC LIMIT 25`,
      ordered(1),
    ],
    [`SELECT ${WIDTHS} FROM hits`, ALL],
    [
      `SELECT SearchEngineID, ClientIP, COUNT(*) AS c, SUM(IsRefresh), AVG(ResolutionWidth) FROM hits
       WHERE SearchPhrase <> '' GROUP BY SearchEngineID, ClientIP ORDER BY c DESC LIMIT 10`,
      ordered(2),
    ],
    [
      `SELECT WatchID, ClientIP, COUNT(*) AS c, SUM(IsRefresh), AVG(ResolutionWidth) FROM hits
       WHERE SearchPhrase <> '' GROUP BY WatchID, ClientIP ORDER BY c DESC LIMIT 10`,
      ordered(2),
    ],
    [
      `SELECT WatchID, ClientIP, COUNT(*) AS c, SUM(IsRefresh), AVG(ResolutionWidth) FROM hits
       GROUP BY WatchID, ClientIP ORDER BY c DESC LIMIT 10`,
      ordered(2),
    ],
    ['SELECT URL, COUNT(*) AS c FROM hits GROUP BY URL ORDER BY c DESC LIMIT 10', ordered(1)],
    ['SELECT 1 AS one, URL, COUNT(*) AS c FROM hits GROUP BY 1, URL ORDER BY c DESC LIMIT 10', ordered(2)],
    [
      `SELECT ClientIP, ClientIP - 1 AS a, ClientIP - 2 AS b, ClientIP - 3 AS d, COUNT(*) AS c FROM hits
       GROUP BY ClientIP, ClientIP - 1, ClientIP - 2, ClientIP - 3 ORDER BY c DESC LIMIT 10`,
      ordered(4),
    ],
    [
      `SELECT URL, COUNT(*) AS PageViews FROM hits WHERE ${JULY} AND DontCountHits = 0 AND IsRefresh = 0 AND URL <> ''
       GROUP BY URL ORDER BY PageViews DESC LIMIT 10`,
      ordered(1),
    ],
    [
      `SELECT Title, COUNT(*) AS PageViews FROM hits
       WHERE ${JULY} AND DontCountHits = 0 AND IsRefresh = 0 AND Title <> ''
       GROUP BY Title ORDER BY PageViews DESC LIMIT 10`,
      ordered(1),
    ],
    [
      `SELECT URL, COUNT(*) AS PageViews FROM hits
       WHERE ${JULY} AND IsRefresh = 0 AND IsLink <> 0 AND IsDownload = 0
       GROUP BY URL ORDER BY PageViews DESC LIMIT 10 OFFSET 1000`,
      ordered(1),
    ],
    [
      `SELECT TraficSourceID, SearchEngineID, AdvEngineID,
              CASE WHEN (SearchEngineID = 0 AND AdvEngineID = 0) THEN Referer ELSE '' END AS Src, URL AS Dst,
              COUNT(*) AS PageViews
       FROM hits WHERE ${JULY} AND IsRefresh = 0
       GROUP BY TraficSourceID, SearchEngineID, AdvEngineID, Src, Dst ORDER BY PageViews DESC LIMIT 10 OFFSET 1000`,
      ordered(5),
    ],
    [
      `SELECT URLHash, EventDate, COUNT(*) AS PageViews FROM hits
       WHERE ${JULY} AND IsRefresh = 0 AND TraficSourceID IN (-1, 6) AND RefererHash = 3594120000172545465
       GROUP BY URLHash, EventDate ORDER BY PageViews DESC LIMIT 10 OFFSET 100`,
      ordered(2),
    ],
    [
      `SELECT WindowClientWidth, WindowClientHeight, COUNT(*) AS PageViews FROM hits
       WHERE ${JULY} AND IsRefresh = 0 AND DontCountHits = 0 AND URLHash = 2868770270353813622
       GROUP BY WindowClientWidth, WindowClientHeight ORDER BY PageViews DESC LIMIT 10 OFFSET 10000`,
      ordered(2),
    ],
    [
      `SELECT DATE_TRUNC('minute', EventTime) AS M, COUNT(*) AS PageViews FROM hits
       WHERE CounterID = 62 AND EventDate >= '2013-07-14' AND EventDate <= '2013-07-15'
         AND IsRefresh = 0 AND DontCountHits = 0
       GROUP BY DATE_TRUNC('minute', EventTime) ORDER BY DATE_TRUNC('minute', EventTime) LIMIT 10 OFFSET 1000`,
      ALL,
    ],
  ];
  return list.map(([sql, check], index) => ({
    id: `q${index + 1}`,
    title: sql.replace(/\s+/g, ' ').slice(0, 60),
    sql,
    check,
  }));
}

/** ClickBench over a synthetic `hits`. */
export const clickBenchSuite: Suite = { tables: ['hits'], queries };
