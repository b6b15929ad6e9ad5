import { QueryError } from '../../error/index.ts';

/** The text of a value is not one of its type. */
export function invalidText(typeName: string, text: string): QueryError {
  return new QueryError('INVALID_LITERAL', `Invalid input syntax for type ${typeName}: "${text}".`, {
    details: { type: typeName, text },
  });
}

/** The text is of the right form, but the type cannot hold the value; `range` in the details tells it from a wrong form. */
export function outOfRange(typeName: string, text: string): QueryError {
  return new QueryError('INVALID_LITERAL', `The value "${text}" is out of range for type ${typeName}.`, {
    details: { type: typeName, text, range: true },
  });
}
