import { rowInteger, rowRandom, rowRank } from '../engines/row-random.ts';

/** Streams of random numbers, one for each decision about text; those of columns are in `hits-rows.ts`. */
const STREAM = { words: 101, wordCount: 102, host: 103, isGoogle: 104, hostKind: 105, depth: 106, model: 107 } as const;

const SYLLABLES = [
  ...['ка', 'ро', 'ни', 'то', 'ва', 'ле', 'по', 'ма', 'сти', 'де', 'ру', 'за', 'би', 'но', 'га', 'ще'],
  ...['in', 'al', 'or', 'ta', 'me', 'shop', 'car', 'on', 'ne', 'ga', 'li', 'po', 'tech', 'ro', 'mo', 'su'],
];
const CYRILLIC_SYLLABLES = 16;
const VOCABULARY = 20_000;
const SHARE_OF_GOOGLE = 0.0004;
const MODELS = ['iPad', 'iPhone', 'A500', 'N8-00', 'GT-I9300', 'Lumia 800', 'Nexus 7', 'One X'];

/** One of a vocabulary of 20,000 words, the first ones short and common. Two words in three are Cyrillic. */
function word(index: number): string {
  const base = index % 3 === 2 ? CYRILLIC_SYLLABLES : 0;
  let text = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor(rest / CYRILLIC_SYLLABLES)) {
    text += SYLLABLES[base + (rest % CYRILLIC_SYLLABLES)];
  }
  return text;
}

function latinWord(index: number): string {
  return word(Math.floor(index / 3) * 3 + 2);
}

function words(id: number, count: number): string {
  const list: string[] = [];
  for (let i = 0; i < count; i++) list.push(word(rowRank(STREAM.words + 10 * i, id, VOCABULARY)));
  return list.join(' ');
}

/** The search phrase number `id`: one to five words. */
export function searchPhrase(id: number): string {
  return words(id, 1 + rowInteger(STREAM.wordCount, id, 5));
}

/** The title of the page `id`: three to ten words, about 120 bytes; a few name Google. */
export function pageTitle(id: number): string {
  const prefix = rowRandom(STREAM.isGoogle, ~id) < SHARE_OF_GOOGLE ? 'Google ' : '';
  return `${prefix}${words(~id, 3 + rowInteger(STREAM.wordCount, ~id, 8))}`;
}

/** The address of the page `id` of a site: about 80 bytes; a few lead to Google, within their path or as their host. */
export function pageUrl(site: number, id: number): string {
  const isGoogle = rowRandom(STREAM.isGoogle, id) < SHARE_OF_GOOGLE;
  const isHost = isGoogle && rowRandom(STREAM.hostKind, id) < 0.3;
  const host = isHost ? 'maps.google.ru' : `${latinWord(rowInteger(STREAM.host, site, VOCABULARY))}.ru`;
  const scheme = rowRandom(STREAM.hostKind, site) < 0.9 ? 'http://' : 'https://www.';
  let path = isGoogle && !isHost ? '/redirect=google.com' : '';
  const depth = 1 + rowInteger(STREAM.depth, id, 4);
  for (let i = 0; i < depth; i++) path += `/${latinWord(rowRank(STREAM.words + 10 * i, id, VOCABULARY))}`;
  return `${scheme}${host}${path}/${id}.html?page=${id % 97}`;
}

/** One of 165 models of mobile phones, the first ones common. */
export function phoneModel(owner: number): string {
  const rank = rowRank(STREAM.model, owner, 165);
  return MODELS[rank] ?? `${latinWord(rank)}-${rank}`;
}
