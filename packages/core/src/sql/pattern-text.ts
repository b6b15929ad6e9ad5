import { QueryError, type SourceSpan } from '../error/index.ts';

function oneCharacter(escapeText: string, span: SourceSpan): string | undefined {
  const characters = [...escapeText];
  if (characters.length > 1) {
    throw new QueryError(
      'INVALID_LITERAL',
      `The escape of a pattern must be one character or none, not "${escapeText}".`,
      {
        span,
      },
    );
  }
  return characters[0];
}

/** The pattern of `LIKE pattern ESCAPE text` with the backslash as its escape. Throws INVALID_LITERAL. */
export function escapeLikePattern(pattern: string, escapeText: string, span: SourceSpan): string {
  const own = oneCharacter(escapeText, span);
  if (own === '\\') return pattern;
  const characters = [...pattern];
  let converted = '';
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === own) converted += `\\${characters[++i] ?? ''}`;
    else converted += character === '\\' ? '\\\\' : character;
  }
  return converted;
}

/**
 * The regular expression of `SIMILAR TO pattern ESCAPE text`, as PostgreSQL's `similar_to_escape` makes it: anchored, with
 * `%` and `_` as wildcards and the regular expression's other characters literal. Throws INVALID_LITERAL.
 */
export function similarToRegex(pattern: string, escapeText: string, span: SourceSpan): string {
  const own = oneCharacter(escapeText, span);
  const characters = [...pattern];
  let converted = '^(?:';
  let inBrackets = false;
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === own) {
      const next = characters[++i];
      if (next === '"') {
        throw new QueryError('FEATURE_NOT_IMPLEMENTED', 'Separators in a SIMILAR TO pattern are not supported yet.', {
          span,
        });
      }
      converted += next === undefined ? '' : `\\${next}`;
    } else if (inBrackets) {
      if (character === ']') inBrackets = false;
      converted += character === '\\' ? '\\\\' : character;
    } else if (character === '[') {
      inBrackets = true;
      converted += '[';
      // A bracket that comes first, also behind ^, is literal.
      if (characters[i + 1] === '^') converted += characters[++i];
      if (characters[i + 1] === ']') converted += characters[++i];
    } else if (character === '%') converted += '.*';
    else if (character === '_') converted += '.';
    else if (character === '(') converted += '(?:';
    else converted += /[\\.^$]/.test(character) ? `\\${character}` : character;
  }
  return `${converted})$`;
}
