import type { Config } from '../../src/config/config.ts';
import { type ConfigContext, parseConfig } from '../../src/config/parseConfig.ts';
import { TidegateError } from '../../src/domain/errors.ts';

/** A computer with nothing on it. */
const CONTEXT: ConfigContext = { env: {}, directory: '/etc/tidegate', hostname: 'pi' };

export function parse(text: string, context: Partial<ConfigContext> = {}): Config {
  return parseConfig(text, 'tidegate.yaml', { ...CONTEXT, ...context });
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
