import * as v from 'valibot';
import type { ShownOption } from '../../../domain/optionControl.ts';
import { makeChange, mannerMembers } from './changeManner.ts';
import { type BridgeCommand, command } from './command.ts';
import type { Desk } from './desk.ts';
import { fail } from './members.ts';

/** Bytes of the options of an answer. Those that it has no room for are counted. */
const MOST_BYTES = 200_000;
const MOST_CHANGES = 100;
const LONGEST_NAME = 300;

const name = v.pipe(
  v.string('expected the name of an option, such as mqtt.qos'),
  v.maxLength(LONGEST_NAME, `must not be longer than ${LONGEST_NAME} characters`),
);

const changes = v.pipe(
  v.record(name, v.unknown(), 'expected an object: values by the names of options'),
  v.check((set) => Object.keys(set).length > 0, 'names no option'),
  v.check((set) => Object.keys(set).length <= MOST_CHANGES, `at most ${MOST_CHANGES} options at once`),
);

/** Reads and changes the configuration. */
export const options: BridgeCommand = command({
  name: 'options',
  about:
    'Reads options of the configuration, or changes some. A change is checked as a whole configuration is, and put in force as `reload` does. It ends with the process unless `persist` writes it into the file, whose comments stay. Options that decide who may ask for what, where secrets go and which files are read (`mqtt`, `state.dir`, the rules of `bridge`, `page`, `metrics`) are changed in the file alone.',
  gives:
    'of a reading `options`: `name`, `value` as written (`***` for a secret), `in_force` where another value is until a start, `origin` (`default`, `file`, `env`, `credential`, `request`) and `from`, `applies` (`live`, `stream`: its streams start anew with what they have learned, `link`: the link to the broker is made anew, `restart`), `secret`, `may_change`; `left_off`: options that the answer has no room for. Of a change `live`, `streams`, `topics`, `link`, `restart` as those of `reload`, `plan` and `persisted`. Of both `revision`, and `unsaved`: names of what ends with the process',
  changes: 'some',
  takes: {
    path: v.pipe(
      v.optional(name),
      v.description(
        'reads the options below it (`mqtt`, `streams[0]`, `streams[0].anomaly.threshold`); without it: all of the daemon and of `defaults`, and of entries those that are not the default',
      ),
    ),
    set: v.pipe(
      v.optional(changes),
      v.description('changes: values by names of options, null for the default: `{"streams[0].anomaly.threshold":2}`'),
    ),
    ...mannerMembers('true: writes the change into the file; without `set`: all changes that are not there yet'),
  },
  run({ path, set, plan, persist, revision }, desk) {
    if (set === undefined && !persist) {
      if (plan || revision !== undefined) fail('TG_REQUEST_INVALID', 'set: is required for a change');
      return read(path, desk);
    }
    if (path !== undefined) fail('TG_REQUEST_INVALID', 'path: only a reading has one');
    const how = { plan, persist, revision };
    if (set !== undefined) return makeChange(desk, how, (options, manner) => options.change({ set, ...manner }));
    if (plan || revision !== undefined) fail('TG_REQUEST_INVALID', 'set: is required with plan and revision');
    return makeChange(desk, how, (options) => options.saveAll());
  },
});

function read(path: string | undefined, { control }: Desk): object {
  const { options: list } = control.configuration;
  const shown: object[] = [];
  let bytes = 0;
  let left_off = 0;
  for (const option of list.options(path)) {
    const entry = show(option);
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (bytes > MOST_BYTES) left_off++;
    else shown.push(entry);
  }
  return { options: shown, left_off, revision: list.revision, unsaved: list.unsaved };
}

/** Members that say nothing are left out. */
function show({ inForce, isSecret, mayChange, ...option }: ShownOption): object {
  return { ...option, in_force: inForce, ...(isSecret && { secret: true }), may_change: mayChange };
}
