import { join } from 'node:path';
import { SOCKET_NAME, serveLocally } from '../../../adapters/host/localSocket.ts';
import { RequestError } from '../../../domain/requestErrors.ts';
import { REQUEST_NAMES } from '../../../domain/requestName.ts';
import type { StreamId } from '../../../domain/streamId.ts';
import type { Outlet, OutletContext } from '../../outlet.ts';
import { answer } from './answer.ts';
import { COMMANDS } from './commands.ts';
import type { Desk } from './desk.ts';
import { deskOf } from './deskOf.ts';
import { readRequest, type Transaction } from './readRequest.ts';
import { runCommand } from './runCommand.ts';

/** The rules of `bridge:` are for strangers at the broker. */
const EVERYTHING = { commands: REQUEST_NAMES, readOnly: false };

/**
 * The same commands over a socket in the state folder, for `tidegate state …` while the daemon runs: without the broker and its password, as who may
 * open the folder may do all of it anyway. A request is a line `{"command":…}` with the members of the command beside it.
 */
export class LocalRequests implements Outlet {
  readonly name = 'local requests';
  readonly #version: string;
  readonly #alive = new Set<StreamId>();
  #close: () => void = () => undefined;

  constructor(options: { readonly version: string }) {
    this.#version = options.version;
  }

  start(context: OutletContext): void {
    const { control, follow, streams$, report } = context;
    if (control.folder === undefined) return;
    follow(streams$, ({ kind, stream }) => {
      if (kind === 'started') this.#alive.add(stream);
      else if (kind === 'evicted') this.#alive.delete(stream);
    });
    const desk = { ...deskOf(context, this.#version, () => this.#alive), isReadOnly: () => false };
    this.#close = serveLocally({
      path: join(control.folder, SOCKET_NAME),
      answer: (text) => this.#answer(text, desk, context),
      failed: (error) => report({ type: 'LocalSocketFailed', error }),
    });
  }

  stop(): void {
    this.#close();
  }

  async #answer(text: string, desk: Desk, { report }: OutletContext): Promise<string> {
    const { transaction, content, fault } = readRequest(Buffer.from(text));
    const { command, ...members } = (typeof content === 'object' ? content : {}) as Readonly<Record<string, unknown>>;
    const name = String(command);
    const result = fault ?? (await this.#run(name, members, desk, report));
    const code = result instanceof RequestError ? result.code : undefined;
    report({ type: 'RequestAnswered', command: Object.hasOwn(COMMANDS, name) ? name : '', code });
    return answer(result, transaction satisfies Transaction | undefined);
  }

  async #run(
    name: string,
    members: object,
    desk: Desk,
    report: OutletContext['report'],
  ): Promise<object | RequestError> {
    try {
      return await runCommand(name, members, desk, EVERYTHING);
    } catch (error) {
      if (error instanceof RequestError) return error;
      report({ type: 'OutletFailed', outlet: this.name, error });
      return new RequestError('TG_REQUEST_FAILED');
    }
  }
}
