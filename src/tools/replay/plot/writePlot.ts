import { writeFileSync } from 'node:fs';
import { TidegateError } from '../../../domain/errors.ts';

/** @throws TidegateError TG_OUTPUT_FAILED */
export function writePlot(file: string, picture: string): void {
  try {
    writeFileSync(file, picture);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new TidegateError('TG_OUTPUT_FAILED', `${file}: cannot be written (${code})`, { cause });
  }
}
