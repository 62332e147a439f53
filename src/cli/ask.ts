import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { TidegateError } from '../domain/errors.ts';
import { toDurationMs } from '../domain/time.ts';
import { COMMANDS } from '../outlets/bridge/requests/commands.ts';
import { type Answer, askDaemon } from '../tools/ask/askDaemon.ts';
import { configOfBroker } from './brokerOptions.ts';
import type { CliContext } from './context.ts';
import { secondsUpTo } from './secondsUpTo.ts';

interface Flags {
  readonly config?: string;
  readonly broker?: string;
  readonly user?: string;
  readonly ca?: string;
  readonly baseTopic?: string;
  readonly seconds: number;
  readonly json?: boolean;
}

const COMMAND = /^\w{1,64}$/;
/** Exit status of a request that the daemon refuses (sysexits: EX_DATAERR). */
const EXIT_REFUSED = 65;

export function addAskCommand(program: Command, context: CliContext, endWith: (status: number) => void): void {
  program
    .command('ask')
    .description('send a command to a running daemon over its broker, and print the answer: config/requests.md')
    .argument('<command>', `e.g. ${Object.keys(COMMANDS).join(', ')}`)
    .argument('[members...]', 'as name=value, or the first one alone: learning pause stream=plug/power for=2h')
    .option('-c, --config <file>', 'configuration of the daemon: its broker and its base topic')
    .option('--broker <address>', 'its broker, in place of a configuration: mqtt://localhost:1883')
    .option('--user <name>', 'user name at that broker; the password is read from $MQTT_PASSWORD')
    .option('--ca <file>', 'certificate of the authority that signed that broker')
    .option('--base-topic <topic>', 'base topic of the daemon (default: tidegate, or that of the configuration)')
    .option('--seconds <n>', 'longest wait for the answer', secondsUpTo(3600), 35)
    .option('--json', 'print the whole answer as one line of JSON')
    .action(async (command: string, members: readonly string[], flags: Flags) => {
      if (!COMMAND.test(command)) throw new TidegateError('TG_USAGE', 'a command is a word, such as health_check');
      const { mqtt } = configOf(flags, context);
      const answer = await askDaemon({
        settings: { ...mqtt, baseTopic: flags.baseTopic ?? mqtt.baseTopic },
        command,
        request: toRequest(command, members),
        within: toDurationMs(1000 * flags.seconds),
        stop: context.stop,
      });
      tell(answer, flags, context);
      if (answer.status !== 'ok') endWith(EXIT_REFUSED);
    });
}

function configOf({ broker, user, ca, config: file }: Flags, context: CliContext): Config {
  if (broker === undefined) {
    if (user !== undefined || ca !== undefined)
      throw new TidegateError('TG_USAGE', '--user and --ca belong to --broker; a configuration has its own');
    return loadConfig({ file, ...context });
  }
  if (file !== undefined) throw new TidegateError('TG_USAGE', '--broker or --config, not both');
  return configOfBroker(broker, [{ topic: '#' }], { ...(user && { user }), ...(ca && { ca }) }, context);
}

/** Values are text, but for true, false, objects and lists: the command reads numbers and times from it. The first alone is what the command takes first. @throws TidegateError TG_USAGE */
function toRequest(command: string, members: readonly string[]): Record<string, unknown> {
  const request: Record<string, unknown> = {};
  for (const [i, member] of members.entries()) {
    const [, name, value] = /^([a-z_]+)=(.*)$/s.exec(member) ?? [];
    const key = name ?? (i === 0 ? firstMemberOf(command) : undefined);
    if (key === undefined) throw new TidegateError('TG_USAGE', `"${member}": expected name=value`);
    if (Object.hasOwn(request, key)) throw new TidegateError('TG_USAGE', `${key} is there twice`);
    request[key] = toValue(value ?? member);
  }
  return request;
}

function firstMemberOf(command: string): string | undefined {
  return Object.hasOwn(COMMANDS, command) ? COMMANDS[command as keyof typeof COMMANDS].members[0]?.name : undefined;
}

/** @throws TidegateError TG_USAGE for what begins like an object or list and is no JSON */
function toValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new TidegateError(
      'TG_USAGE',
      'a value that begins with { or [ is JSON, in quotes for the shell: set=\'{"log.level":"debug"}\'',
    );
  }
}

function tell(answer: Answer, { json }: Flags, { stdout, stderr }: CliContext): void {
  if (json) stdout.write(`${JSON.stringify(answer)}\n`);
  else if (answer.status === 'ok') stdout.write(`${JSON.stringify(answer.data, null, 2)}\n`);
  else {
    const { code = 'TG_REQUEST_FAILED', message = 'the daemon gave no reason', remedy = '' } = answer.error ?? {};
    stderr.write(`${message}\n${remedy === '' ? '' : `${remedy}\n`}[${code}]\n`);
  }
}
