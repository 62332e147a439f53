import type { RequestName } from '../../../domain/requestName.ts';
import { alarms } from './alarmCommands.ts';
import { type BridgeCommand, command } from './command.ts';
import { history } from './historyCommand.ts';
import { backup, log_level, reload, save } from './keepingCommands.ts';
import { forget, label, learning } from './learningCommands.ts';
import { options } from './optionsCommand.ts';
import { undo, verdict } from './pastCommands.ts';
import { exportState, former, importState, states, verify } from './stateCommands.ts';
import { stream_add, stream_remove, stream_rename } from './streamCommands.ts';

const health_check = command({
  name: 'health_check',
  about: 'Tells that the daemon is there and answers.',
  gives: '`healthy`: true',
  changes: false,
  takes: {},
  run: () => ({ healthy: true }),
});

const info = command({
  name: 'info',
  about: 'Version and configuration, without secrets.',
  gives: 'what `bridge/info` has',
  changes: false,
  takes: {},
  run: (_, desk) => desk.info(),
});

const streams = command({
  name: 'streams',
  about: 'The streams that are here, with their sensors.',
  gives: 'what `bridge/streams` has',
  changes: false,
  takes: {},
  run: (_, desk) => desk.streams(),
});

/** Every command: one without a row does not compile. */
export const COMMANDS: Readonly<Record<RequestName, BridgeCommand>> = {
  health_check,
  info,
  streams,
  alarms,
  learning,
  forget,
  verdict,
  undo,
  former,
  label,
  history,
  save,
  backup,
  log_level,
  reload,
  options,
  stream_add,
  stream_remove,
  stream_rename,
  states,
  verify,
  export: exportState,
  import: importState,
};
