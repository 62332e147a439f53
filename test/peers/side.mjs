// A long-lived server that does slices of work on command: one thread, its own CPU time.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { owned } from '../support/leftovers.mjs';

/** No answer takes nearly that long: a slice is a fraction of a second, the start of PyTorch a few. */
const ANSWER_MS = 120_000;
const ONE_THREAD = { OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

/** A side that cannot do what it is asked, and says why. */
export class SideSkips extends Error {}

export class Side {
  #child;
  #lines;
  #stderr = '';
  #gone;

  /**
   * @param spec id, name; role: tidegate, native or peer; command, args; differs: why its work is not the same, if it is
   * not; bestOf: of the sides with the same word only the fastest is shown; compilesWhileRunning: needs time to get fast
   */
  constructor(spec) {
    Object.assign(this, spec);
  }

  /** Starts it; then `version` is known. @throws SideSkips */
  async start() {
    const env = { ...process.env, ...ONE_THREAD };
    this.#child = owned(spawn(this.command, this.args, { env, stdio: ['pipe', 'pipe', 'pipe'] }));
    this.#child.stderr.on('data', (text) => {
      this.#stderr = (this.#stderr + text).slice(-2000);
    });
    this.#gone = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(error.message));
      this.#child.on('close', (code, signal) =>
        resolve(`ended (${signal ?? code}) ${this.#stderr.trim().split('\n').at(-1)}`),
      );
    });
    this.#child.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    const [, ...version] = (await this.#answer('ready')).split(' ');
    this.version = version.join(' ');
  }

  stop() {
    this.#child?.kill();
  }

  /** A new net. @throws SideSkips where it has no such work */
  async create(work, hiddenSize) {
    await this.#ask(`new ${work} ${hiddenSize}`, 'ok');
  }

  /** Runs `rows` rows. @returns the squared error of each prediction */
  async errors(rows) {
    const answer = await this.#ask(`errors ${rows}`, 'errors');
    return answer.split(' ').slice(1).map(Number);
  }

  /** Runs `rows` rows. @returns CPU seconds */
  async run(rows) {
    const answer = await this.#ask(`run ${rows}`, 'ran');
    return Number(answer.split(' ')[1]) / 1e6;
  }

  #ask(command, expected) {
    this.#child.stdin.write(`${command}\n`);
    return this.#answer(expected);
  }

  async #answer(expected) {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, ANSWER_MS, `no answer within ${ANSWER_MS / 1000} s`);
    });
    const line = this.#lines.next().then(({ value, done }) => (done ? this.#gone : { value }));
    const answer = await Promise.race([line, late]);
    clearTimeout(timer);
    if (typeof answer === 'string') throw new Error(answer);
    const [word, ...rest] = answer.value.split(' ');
    if (word === 'skip') throw new SideSkips(rest.join(' '));
    if (word !== expected) throw new Error(answer.value);
    return answer.value;
  }
}
