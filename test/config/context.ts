import type { Config } from '../../src/config/config.ts';
import { type ConfigContext, parseConfig, parseFiles } from '../../src/config/parseConfig.ts';
import { TidegateError } from '../../src/domain/errors.ts';

/** A computer with nothing on it. */
const CONTEXT: ConfigContext = { env: {}, directory: '/etc/tidegate', hostname: 'pi' };

export function parse(text: string, context: Partial<ConfigContext> = {}): Config {
  return parseConfig(text, 'tidegate.yaml', { ...CONTEXT, ...context });
}

/** The configuration of a file, of those of `conf.d` by their names, and of the variables of the environment. */
export function parseAll(
  text: string,
  dropIns: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  context: Partial<ConfigContext> = {},
): Config {
  const others = Object.entries(dropIns).map(([name, own]) => ({ name: `conf.d/${name}`, text: own }));
  return parseFiles([{ name: 'tidegate.yaml', text }, ...others], { ...CONTEXT, ...context, env });
}

/** The error that the function throws; a test that expects one fails where there is none. */
export function errorOf(run: () => unknown): TidegateError {
  try {
    run();
  } catch (error) {
    if (error instanceof TidegateError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

export function problemsOf(text: string, context: Partial<ConfigContext> = {}): string[] {
  const { message } = errorOf(() => parse(text, context));
  return message.split('\n').filter((line) => line.startsWith('tidegate.yaml:'));
}
