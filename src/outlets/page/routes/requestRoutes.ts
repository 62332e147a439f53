import { firstValueFrom, from, map, race, timer } from 'rxjs';
import type { HttpApp } from '../../../adapters/http/parts.ts';
import { readBody } from '../../../adapters/http/readBody.ts';
import { RequestError, type RequestErrorCode } from '../../../domain/requestErrors.ts';
import { answer } from '../../bridge/requests/answer.ts';
import { COMMANDS } from '../../bridge/requests/commands.ts';
import { readRequest } from '../../bridge/requests/readRequest.ts';
import { RequestRate } from '../../bridge/requests/requestRate.ts';
import { runCommand } from '../../bridge/requests/runCommand.ts';
import type { PagePorts } from '../pagePorts.ts';
import { json } from './json.ts';

const PATIENCE_MS = 30_000;
type Status = 200 | 400 | 403 | 404 | 409 | 429 | 500 | 503;
/** HTTP statuses of refusals; the others are faults of the request. */
const STATUSES: Partial<Readonly<Record<RequestErrorCode, Status>>> = {
  TG_REQUEST_UNKNOWN: 404,
  TG_REQUEST_NO_STREAM: 404,
  TG_REQUEST_NOT_ALLOWED: 403,
  TG_REQUEST_READ_ONLY: 403,
  TG_REQUEST_TOO_MANY: 429,
  TG_REQUEST_NOT_KEPT: 503,
  TG_REQUEST_STOPPED: 503,
  TG_REQUEST_TIMEOUT: 503,
  TG_REQUEST_FAILED: 500,
};

/** `POST api/request/<command>`: the commands of `<base>/bridge/request/<command>` with the same bodies and answers, under the same rules. */
export function mountRequests(app: HttpApp, { context, desk }: PagePorts): void {
  const rate = new RequestRate(performance.now());
  app.post('/api/request/:command', async (c) => {
    const command = c.req.param('command');
    const { transaction, content, fault } = readRequest(await readBody(c.req.raw));
    const isServed = rate.judge(performance.now()) === 'serve';
    const result = await toResult(context, () => {
      if (!isServed) throw new RequestError('TG_REQUEST_TOO_MANY');
      if (fault !== undefined) throw fault;
      return runCommand(command, content, desk, context.configNow().bridge);
    });
    const code = result instanceof RequestError ? result.code : undefined;
    context.report({ type: 'RequestAnswered', command: Object.hasOwn(COMMANDS, command) ? command : '', code });
    return json(c, answer(result, transaction), code === undefined ? 200 : (STATUSES[code] ?? 400));
  });
}

/** Never rejects. A command that takes too long goes on without us. */
async function toResult(
  { report }: PagePorts['context'],
  run: () => object | Promise<object>,
): Promise<object | RequestError> {
  try {
    const late$ = timer(PATIENCE_MS).pipe(map(() => new RequestError('TG_REQUEST_TIMEOUT')));
    return await firstValueFrom(race(from(Promise.resolve(run())), late$));
  } catch (error) {
    if (error instanceof RequestError) return error;
    report({ type: 'OutletFailed', outlet: 'page', error });
    return new RequestError('TG_REQUEST_FAILED');
  }
}
