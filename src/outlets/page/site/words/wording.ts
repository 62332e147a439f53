import { Numbers } from './numbers.ts';
import { Times } from './times.ts';

/** Numbers and times in the viewer's language. */
export interface Wording {
  readonly numbers: Numbers;
  readonly times: Times;
}

/** @param locales languages of the viewer, the best first */
export function createWording(locales: readonly string[]): Wording {
  const numbers = new Numbers(locales);
  return { numbers, times: new Times(locales, numbers) };
}
