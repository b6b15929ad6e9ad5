import { ALPHANUMERIC, DIGIT, literalCharacter, NAMED_CLASSES, NOT_ALPHANUMERIC, SPACE } from './are-class.ts';
import { type AreReader, RegexpSyntaxError } from './are-reader.ts';

/** Escapes that stand for a class, inside of brackets. */
const CLASS_ESCAPES: Readonly<Record<string, string>> = {
  d: DIGIT,
  D: `[^${DIGIT}]`,
  s: SPACE,
  S: `[^${SPACE}]`,
  w: ALPHANUMERIC,
  W: NOT_ALPHANUMERIC,
};

/** A bracket expression, behind its opening bracket, as a class of the `v` syntax. */
export function translateBracket(reader: AreReader, newlineStops: boolean): string {
  const negated = reader.take('^');
  let members = '';
  let first = true;
  while (true) {
    if (reader.atEnd) throw new RegexpSyntaxError('brackets [] not balanced');
    if (!first && reader.take(']')) break;
    first = false;
    members += translateMember(reader);
  }
  return negated ? `[^${members}${newlineStops ? '\\n' : ''}]` : `[${members}]`;
}

function translateMember(reader: AreReader): string {
  const start = readItem(reader);
  if (start.members !== undefined) return start.members;
  const low = start.character!;
  if (reader.peek() !== '-') return literalCharacter(low);
  reader.take('-');
  // A hyphen before the closing bracket stands for itself.
  if (reader.peek() === ']') return `${literalCharacter(low)}${literalCharacter('-')}`;
  const end = readItem(reader);
  if (end.character === undefined || end.character.codePointAt(0)! < low.codePointAt(0)!) {
    throw new RegexpSyntaxError('invalid character range');
  }
  return `${literalCharacter(low)}-${literalCharacter(end.character)}`;
}

/** A single character, or the members of a class. */
interface BracketItem {
  readonly character?: string;
  readonly members?: string;
}

function readItem(reader: AreReader): BracketItem {
  if (reader.take('[:')) {
    const members = NAMED_CLASSES[reader.takeClassName()];
    if (members === undefined) throw new RegexpSyntaxError('invalid character class');
    return { members };
  }
  if (reader.take('[.')) return { character: reader.takeCollatingElement('.') };
  if (reader.take('[=')) return { members: literalCharacter(reader.takeCollatingElement('=')) };
  if (!reader.take('\\')) return { character: reader.next() };
  const members = CLASS_ESCAPES[reader.peek()];
  if (members === undefined) return { character: reader.characterEscape() };
  reader.next();
  return { members };
}
