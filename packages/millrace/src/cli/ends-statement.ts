/** Strings, quoted names, dollar quotes and comments, as far as they are closed (PostgreSQL manual, "Lexical Structure"). */
const CLOSED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\//g;

/** Whether typed text is complete: its last character outside of strings and comments is a semicolon. */
export function endsStatement(text: string): boolean {
  const rest = text.replace(CLOSED, (part) => (/^(--|\/\*)/.test(part) ? ' ' : '_'));
  return !/['"]|\$\w*\$|\/\*/.test(rest) && rest.trimEnd().endsWith(';');
}
