import { describe, expect, it } from 'vitest';
import * as distributions from './distributions.ts';

/** Counts as `dists.dss` states them, and the sums of its weights. */
const COUNTS: readonly (readonly [string, readonly distributions.WeightedWord[], number, number])[] = [
  ['nouns', distributions.NOUNS, 45, 340],
  ['verbs', distributions.VERBS, 40, 174],
  ['adverbs', distributions.ADVERBS, 28, 262],
  ['adjectives', distributions.ADJECTIVES, 29, 289],
  ['prepositions', distributions.PREPOSITIONS, 47, 456],
  ['auxiliaries', distributions.AUXILIARIES, 18, 18],
  ['terminators', distributions.TERMINATORS, 6, 55],
  ['sentences', distributions.SENTENCES, 5, 11],
  ['noun phrases', distributions.NOUN_PHRASES, 4, 90],
  ['verb phrases', distributions.VERB_PHRASES, 4, 72],
];

describe('distributions', () => {
  it.each(COUNTS)('%s have the published words and weights', (_, words, count, weight) => {
    expect(words).toHaveLength(count);
    expect(words.reduce((sum, word) => sum + word.weight, 0)).toBe(weight);
  });

  it('has the published number of plain words', () => {
    expect(distributions.COLORS).toHaveLength(92);
    expect(distributions.PART_TYPES).toHaveLength(150);
    expect(distributions.CONTAINERS).toHaveLength(40);
    expect(distributions.NATIONS).toHaveLength(25);
    expect(new Set(distributions.COLORS).size).toBe(92);
  });
});
