import * as words from './distributions.ts';
import { nextState, pick } from './random-stream.ts';

/** Bytes that a sentence is shorter than, with the slack that copying eight bytes at a time writes behind it. */
export const MAX_SENTENCE_BYTES = 384;

const BYTES_PER_WORD = 24;
const END = -1;
const TERMINATOR = 0;
const COMMA = 0x2c;
const SPACE = 0x20;

/** Words cut to one table, eight bytes a number, each with what follows it in a sentence. */
class WordTable {
  readonly eights: Float64Array;
  readonly lengths: Uint8Array;
  readonly #bytes: Uint8Array;
  #size = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity * BYTES_PER_WORD);
    this.eights = new Float64Array(this.#bytes.buffer);
    this.lengths = new Uint8Array(capacity);
  }

  add(text: string): number {
    const { read } = new TextEncoder().encodeInto(
      text,
      this.#bytes.subarray(this.#size * BYTES_PER_WORD, (this.#size + 1) * BYTES_PER_WORD),
    );
    if (read !== text.length) throw new RangeError(`'${text}' is longer than ${BYTES_PER_WORD} bytes`);
    this.lengths[this.#size] = text.length;
    return this.#size++;
  }
}

/** One entry for each unit of weight, so that a draw finds its word by index. */
function spread<T>(list: readonly words.WeightedWord[], toEntry: (word: string) => T): T[] {
  return list.flatMap(({ word, weight }) => {
    const entry = toEntry(word);
    return Array.from({ length: weight }, () => entry);
  });
}

const table = new WordTable(256);

function spreadWords(list: readonly words.WeightedWord[], suffix = ' '): Int16Array {
  return Int16Array.from(spread(list, (word) => table.add(word + suffix)));
}

const TERMINATORS = spreadWords(words.TERMINATORS);
const PREPOSITIONS = spreadWords(words.PREPOSITIONS, ' the ');
const NOUNS = spreadWords(words.NOUNS);
const VERBS = spreadWords(words.VERBS);
const ADJECTIVES = spreadWords(words.ADJECTIVES);
const ADVERBS = spreadWords(words.ADVERBS);
const AUXILIARIES = spreadWords(words.AUXILIARIES);

/** Word lists by the number that a phrase calls them by. */
const LISTS = [TERMINATORS, PREPOSITIONS, NOUNS, VERBS, ADJECTIVES, ADVERBS, AUXILIARIES, ADJECTIVES];
const LIST_OF_SYMBOL: Readonly<Record<string, number>> = { N: 2, V: 3, J: 4, D: 5, X: 6, 'J;': 7 };
const PREPOSITION = 1;
const ADJECTIVE_WITH_COMMA = 7;

/** Phrases as the lists to draw from, ended by END, four places each. */
const PHRASE_STRIDE = 4;

function spreadPhrases(list: readonly words.WeightedWord[]): Int8Array {
  return Int8Array.from(
    spread(list, (phrase) => {
      const lists = phrase.split(' ').map((symbol) => LIST_OF_SYMBOL[symbol]!);
      return [...lists, ...Array.from({ length: PHRASE_STRIDE - lists.length }, () => END)];
    }).flat(),
  );
}

const NOUN_PHRASES = spreadPhrases(words.NOUN_PHRASES);
const VERB_PHRASES = spreadPhrases(words.VERB_PHRASES);
const SENTENCES = spread(words.SENTENCES, (sentence) => sentence.split(' '));

/** Sentences as parts, ended by END: the terminator, a preposition (a noun phrase follows it), or a phrase. */
const NOUN_PHRASE = 2;
const VERB_PHRASE = 3;
const PART_OF_SYMBOL: Readonly<Record<string, readonly number[]>> = {
  T: [TERMINATOR],
  P: [PREPOSITION, NOUN_PHRASE],
  N: [NOUN_PHRASE],
  V: [VERB_PHRASE],
};
const SENTENCE_STRIDE = 8;
const SENTENCE_PARTS = Int8Array.from(
  SENTENCES.flatMap((symbols) => {
    const parts = symbols.flatMap((symbol) => PART_OF_SYMBOL[symbol]!);
    return [...parts, ...Array.from({ length: SENTENCE_STRIDE - parts.length }, () => END)];
  }),
);
const NUM_SENTENCES = SENTENCES.length;
const NUM_NOUN_PHRASES = NOUN_PHRASES.length / PHRASE_STRIDE;
const NUM_VERB_PHRASES = VERB_PHRASES.length / PHRASE_STRIDE;

/**
 * Writes dbgen's pseudo text (clause 4.2.2.14), sentence after sentence, from a state of its random stream.
 *
 * It makes about 600 MB/s: words are copied eight bytes at a time, as numbers. ASCII is never the pattern of a NaN,
 * so a number carries the bytes unchanged.
 */
export class SentenceWriter {
  /** The stream's state before the next sentence. */
  state: number;

  constructor(state: number) {
    this.state = state;
  }

  /**
   * Writes whole sentences from `start` until the text reaches `end` or passes it, and returns where it ends. `target`
   * needs MAX_SENTENCE_BYTES of slack behind `end`.
   */
  write(target: DataView, start: number, end: number): number {
    const { eights, lengths } = table;
    let state = this.state;
    let position = start;
    while (position < end) {
      state = nextState(state);
      for (let at = pick(state, NUM_SENTENCES) * SENTENCE_STRIDE; SENTENCE_PARTS[at] !== END; at++) {
        const part = SENTENCE_PARTS[at]!;
        if (part <= PREPOSITION) {
          // A terminator stands where the space behind the last word would be.
          if (part === TERMINATOR) position--;
          const list = LISTS[part]!;
          state = nextState(state);
          const word = list[pick(state, list.length)]!;
          target.setFloat64(position, eights[word * 3]!, true);
          target.setFloat64(position + 8, eights[word * 3 + 1]!, true);
          target.setFloat64(position + 16, eights[word * 3 + 2]!, true);
          position += lengths[word]!;
          continue;
        }
        const phrases = part === NOUN_PHRASE ? NOUN_PHRASES : VERB_PHRASES;
        state = nextState(state);
        const phrase = pick(state, part === NOUN_PHRASE ? NUM_NOUN_PHRASES : NUM_VERB_PHRASES) * PHRASE_STRIDE;
        for (let slot = phrase; phrases[slot] !== END; slot++) {
          const listNumber = phrases[slot]!;
          const list = LISTS[listNumber]!;
          state = nextState(state);
          const word = list[pick(state, list.length)]!;
          target.setFloat64(position, eights[word * 3]!, true);
          target.setFloat64(position + 8, eights[word * 3 + 1]!, true);
          position += lengths[word]!;
          if (listNumber === ADJECTIVE_WITH_COMMA) {
            target.setUint8(position - 1, COMMA);
            target.setUint8(position++, SPACE);
          }
        }
      }
    }
    this.state = state;
    return position;
  }
}
