/** A configuration that cannot be used: each problem on a line of its own, with the place in the file. */
export class ConfigError extends Error {
  constructor(source: string, problems: readonly string[]) {
    super(`${source} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}
