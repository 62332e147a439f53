import type { BridgeSettings } from '../../../config/schema/bridgeSchema.ts';
import { RequestError } from '../../../domain/requestErrors.ts';
import type { RequestName } from '../../../domain/requestName.ts';
import { COMMANDS } from './commands.ts';
import type { Desk } from './desk.ts';

/** Runs a command by its name, from wherever it was asked for. @throws RequestError */
export function runCommand(
  name: string,
  content: unknown,
  desk: Desk,
  { commands, readOnly }: Pick<BridgeSettings, 'commands' | 'readOnly'>,
): object | Promise<object> {
  if (!Object.hasOwn(COMMANDS, name)) throw new RequestError('TG_REQUEST_UNKNOWN');
  const command = COMMANDS[name as RequestName];
  if (!commands.includes(command.name)) throw new RequestError('TG_REQUEST_NOT_ALLOWED');
  if (command.changes === true && readOnly) throw new RequestError('TG_REQUEST_READ_ONLY');
  return command.run(content, desk);
}
