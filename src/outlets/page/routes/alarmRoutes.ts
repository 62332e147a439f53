import { HttpError } from '../../../adapters/http/httpError.ts';
import type { HttpApp } from '../../../adapters/http/parts.ts';
import { isStreamId } from '../../../domain/streamId.ts';
import { toEpochMs } from '../../../domain/time.ts';
import { toAlarmView } from '../../alarms/alarmView.ts';
import { COMMANDS } from '../../bridge/requests/commands.ts';
import type { PagePorts } from '../pagePorts.ts';
import { json } from './json.ts';
import { readWhole } from './query.ts';

/** Alarms of one answer. */
const MOST_LISTED = 1000;

/** `api/alarms` lists past alarms, those that go on first; `api/config` the options that are in force, as the command `options` does. */
export function mountAlarms(app: HttpApp, { context, desk }: PagePorts): void {
  app.get('/api/alarms', (c) => {
    const id = c.req.query('stream');
    if (id !== undefined && !isStreamId(id)) throw new HttpError('TG_HTTP_NO_STREAM');
    const open = readWhole(c, 'open', { from: 0, to: 1 });
    const from = readWhole(c, 'from', { from: 0, to: 8.64e15 });
    const found = context.alarms.list({
      stream: id,
      from: from === undefined ? undefined : toEpochMs(from),
      isOpen: open === undefined ? undefined : open === 1,
    });
    const alarms = found.slice(0, MOST_LISTED).map(toAlarmView);
    return json(c, { alarms, left_off: found.length - alarms.length, forgotten: context.alarms.forgotten });
  });
  app.get('/api/config', async (c) => json(c, await COMMANDS.options.run({}, desk)));
}
