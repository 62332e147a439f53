import * as v from 'valibot';
import type { WantedEntry } from '../../../domain/optionControl.ts';
import { makeChange, mannerMembers, tell } from './changeManner.ts';
import { type BridgeCommand, command } from './command.ts';
import { fail, requireChanges, requireStream, stream } from './members.ts';

const manner = mannerMembers('true: writes it into the file; else it ends with the process');
const GIVES = 'as a change of `options`';

/** Listens to more. */
export const stream_add: BridgeCommand = command({
  name: 'stream_add',
  about: 'Adds an entry to `streams` of the configuration, checked as a whole configuration is.',
  gives: GIVES,
  changes: 'some',
  takes: {
    entry: v.pipe(
      v.record(v.string(), v.unknown(), 'expected an object, such as {"topic":"plug/+","target":"power"}'),
      v.description('the entry in the words of the file: `{"topic":"plug/+","target":"power"}`'),
    ),
    ...manner,
  },
  run: ({ entry, ...how }, desk) => makeChange(desk, how, (options, wanted) => options.addEntry(entry, wanted)),
});

/** Listens to less. */
export const stream_remove: BridgeCommand = command({
  name: 'stream_remove',
  about:
    'Takes an entry out of `streams` of the configuration. What its streams have learned stays in the state folder, and goes on where it comes back; `forget` ends that.',
  gives: GIVES,
  changes: 'some',
  takes: {
    stream: v.pipe(v.optional(stream), v.description('id of the only stream that the entry gives')),
    entry: v.pipe(
      v.optional(
        v.pipe(
          v.string('expected the name of an entry, such as streams[0]'),
          v.maxLength(20, 'expected the name of an entry, such as streams[0]'),
        ),
      ),
      v.description('in place of `stream` the entry, as `options` names it: `streams[0]`'),
    ),
    ...manner,
  },
  run({ stream: id, entry, ...how }, desk) {
    if ((id === undefined) === (entry === undefined))
      fail('TG_REQUEST_INVALID', 'stream: either stream or entry is required');
    const wanted: WantedEntry = id === undefined ? { name: entry ?? '' } : { stream: id };
    return makeChange(desk, how, (options, manner) => options.removeEntry(wanted, manner));
  },
});

/** Gives a stream another id. */
export const stream_rename: BridgeCommand = command({
  name: 'stream_rename',
  about:
    'Gives the only stream of an entry another id: writes it into the file, goes on under it with all that was learned, and takes back what is retained under the former one. In Home Assistant its entities stay the same. Whenever the process is killed, the stream has all of its state under the id that the file gives.',
  gives: GIVES,
  changes: 'some',
  takes: {
    stream: v.pipe(stream, v.description('id of the stream now, which has to be here')),
    to: v.pipe(stream, v.description('its new id, which no stream has')),
    plan: manner.plan,
    revision: manner.revision,
  },
  async run({ stream: id, to, plan, revision }, desk) {
    if (!plan) requireChanges(desk);
    requireStream(id, desk);
    if (id === to) fail('TG_REQUEST_INVALID', 'to: is the id that the stream has');
    const { renaming, configuration } = desk.control;
    if (renaming === undefined) return fail('TG_REQUEST_NOT_KEPT', 'nothing is kept: state.durability is none');
    return tell(await renaming.rename({ stream: id, to, isPlan: plan, revision }), plan, configuration.options);
  },
});
