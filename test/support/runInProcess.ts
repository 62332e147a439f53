import { Writable } from 'node:stream';
import { runProgram } from '../../src/cli/runProgram.ts';

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** Both outputs, in the order of writing. */
  readonly both: string;
}

interface How {
  readonly env?: NodeJS.ProcessEnv;
  /** Told to end by it. Default: never. */
  readonly stop?: AbortSignal;
  readonly isTTY?: boolean;
}

/** Runs a command of the program in this process. @param cwd folder in which its files are */
export async function runInProcess(cwd: string, args: readonly string[], how: How = {}): Promise<Ran> {
  const { env = {}, stop = new AbortController().signal, isTTY = false } = how;
  const texts = { out: '', err: '', both: '' };
  const sink = (name: 'out' | 'err'): Writable =>
    Object.assign(
      new Writable({
        write(chunk, _, done) {
          texts[name] += String(chunk);
          texts.both += String(chunk);
          done();
        },
      }),
      { isTTY },
    );
  const exit = await runProgram(args, { stdout: sink('out'), stderr: sink('err'), env, cwd, hostname: 'pi', stop });
  return { exit, ...texts };
}
