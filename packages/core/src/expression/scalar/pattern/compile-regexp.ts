import { QueryError, type SourceSpan } from '../../../error/index.ts';
import { literalCharacter } from './are-class.ts';
import { AreReader, RegexpSyntaxError } from './are-reader.ts';
import { type AreOptions, translateAre } from './are-syntax.ts';

/** A PostgreSQL regular expression made ready to run. */
export interface CompiledRegexp {
  /** Finds the first match. */
  readonly first: RegExp;
  /** Finds all matches (flag `g`). */
  readonly all: RegExp;
  readonly numGroups: number;
  /** The option `g` was given. */
  readonly global: boolean;
}

interface Flags {
  ignoreCase: boolean;
  newlineStops: boolean;
  newlineAnchors: boolean;
  expanded: boolean;
  literal: boolean;
  global: boolean;
}

const MAX_KEPT = 256;
const kept = new Map<string, CompiledRegexp>();

/**
 * Compiles a regular expression with PostgreSQL's option letters (`i`, `g`, `n`, ...). The last 256 are kept, once a thread.
 * Throws `INVALID_VALUE` for what is no regular expression or no option, `FEATURE_NOT_IMPLEMENTED` for basic and extended syntax.
 */
export function compileRegexp(pattern: string, flags: string, span: SourceSpan | undefined): CompiledRegexp {
  const key = `${flags}/${pattern}`;
  const known = kept.get(key);
  if (known) return known;
  const compiled = compile(pattern, flags, span);
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value!);
  kept.set(key, compiled);
  return compiled;
}

function compile(given: string, letters: string, span: SourceSpan | undefined): CompiledRegexp {
  const options: Flags = {
    ignoreCase: false,
    newlineStops: false,
    newlineAnchors: false,
    expanded: false,
    literal: false,
    global: false,
  };
  for (const letter of letters) setOption(options, letter, span);
  const { pattern, embedded, isLiteral } = directorAndOptions(given);
  if (isLiteral) options.literal = true;
  for (const letter of embedded) setOption(options, letter, span);
  try {
    const source = options.literal
      ? Array.from(pattern, literalCharacter).join('')
      : translateAre(new AreReader(pattern), options satisfies AreOptions);
    const flags = options.ignoreCase ? 'vsi' : 'vs';
    return {
      first: new RegExp(source, flags),
      all: new RegExp(source, `${flags}g`),
      numGroups: new RegExp(`${source}|`, flags).exec('')!.length - 1,
      global: options.global,
    };
  } catch (cause) {
    if (!(cause instanceof RegexpSyntaxError) && !(cause instanceof SyntaxError)) throw cause;
    const reason = cause instanceof RegexpSyntaxError ? cause.message : reasonOf(cause);
    throw new QueryError('INVALID_VALUE', `invalid regular expression: ${reason}`, {
      span,
      cause,
      details: { pattern: given },
    });
  }
}

function reasonOf(error: SyntaxError): string {
  if (/group|parenthes|unmatched '\)'/i.test(error.message)) return 'parentheses () not balanced';
  return error.message.replace(/^Invalid regular expression: /, '');
}

/** `***=` and `***:` at the start, and the embedded options `(?i)`. */
function directorAndOptions(given: string): { pattern: string; embedded: string; isLiteral: boolean } {
  if (given.startsWith('***=')) return { pattern: given.slice(4), embedded: '', isLiteral: true };
  const are = given.startsWith('***:') ? given.slice(4) : given;
  const options = /^\(\?([a-z]+)\)/.exec(are);
  if (!options) return { pattern: are, embedded: '', isLiteral: false };
  return { pattern: are.slice(options[0].length), embedded: options[1]!, isLiteral: false };
}

function setOption(options: Flags, letter: string, span: SourceSpan | undefined): void {
  switch (letter) {
    case 'g':
      options.global = true;
      return;
    case 'i':
      options.ignoreCase = true;
      return;
    case 'c':
      options.ignoreCase = false;
      return;
    case 'n':
    case 'm':
      options.newlineStops = true;
      options.newlineAnchors = true;
      return;
    case 'p':
      options.newlineStops = true;
      options.newlineAnchors = false;
      return;
    case 'w':
      options.newlineStops = false;
      options.newlineAnchors = true;
      return;
    case 's':
      options.newlineStops = false;
      options.newlineAnchors = false;
      return;
    case 'x':
      options.expanded = true;
      return;
    case 't':
      options.expanded = false;
      return;
    case 'q':
      options.literal = true;
      return;
    case 'b':
    case 'e':
      throw new QueryError(
        'FEATURE_NOT_IMPLEMENTED',
        `The regular expression option "${letter}" (${letter === 'b' ? 'basic' : 'extended'} syntax) is not supported yet.`,
        { span },
      );
    default:
      throw new QueryError('INVALID_VALUE', `invalid regular expression option: "${letter}"`, { span });
  }
}

/** Whether `index` lies between the two halves of a character. */
function splitsCharacter(text: string, index: number): boolean {
  return (text.charCodeAt(index) & 0xfc00) === 0xdc00 && (text.charCodeAt(index - 1) & 0xfc00) === 0xd800;
}

/**
 * The first match from a UTF-16 index on. V8 also finds empty matches between the two halves of a character, which is no
 * place; they are passed over.
 */
export function execFrom({ all }: CompiledRegexp, text: string, from: number): RegExpExecArray | null {
  for (let index = from; index >= 0 && index <= text.length; ) {
    all.lastIndex = index;
    const match = all.exec(text);
    if (!match || !splitsCharacter(text, match.index)) return match;
    index = match.index + 1;
  }
  return null;
}

/** Whether there is a match. */
export function hasMatch(regexp: CompiledRegexp, text: string): boolean {
  if (!regexp.first.test(text)) return false;
  return !/[\ud800-\udbff]/.test(text) || execFrom(regexp, text, 0) !== null;
}
