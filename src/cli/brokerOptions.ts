import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createSystemClock } from '../adapters/clock/systemClock.ts';
import type { Config } from '../config/config.ts';
import { parseConfig } from '../config/parseConfig.ts';
import type { Report } from '../domain/events.ts';
import { createLog } from '../telemetry/createLog.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import type { CliContext } from './context.ts';
import { secondsUpTo } from './secondsUpTo.ts';

/** Flags of commands that listen to a broker. */
export interface BrokerFlags {
  readonly seconds?: number;
  readonly user?: string;
  readonly ca?: string;
}

const BROKER = /^(?:mqtts?|tcp|ssl|tls|wss?):\/\//i;

/** Tells whether an argument is the address of a broker, and no file. */
export function isBroker(argument: string): boolean {
  return BROKER.test(argument);
}

export function addBrokerOptions(command: Command): Command {
  return command
    .option('--seconds <n>', 'how long to listen to a broker (default: until Ctrl-C)', secondsUpTo(604_800))
    .option('--user <name>', 'user name at the broker; the password is read from $MQTT_PASSWORD')
    .option('--ca <file>', 'certificate of the authority that signed the broker');
}

/** The configuration with this broker and these entries, with the rules, words and limits of a file. @throws TidegateError TG_CONFIG_INVALID */
export function configOfBroker(
  broker: string,
  entries: readonly object[],
  { user, ca }: BrokerFlags,
  { env, hostname, cwd }: CliContext,
): Config {
  const lines = ['mqtt:', `  server: ${JSON.stringify(broker)}`, `  client_id: tidegate-listener-${process.pid}`];
  if (user !== undefined) lines.push(`  user: ${JSON.stringify(user)}`, '  password: !env MQTT_PASSWORD');
  if (ca !== undefined) lines.push(`  ca: ${JSON.stringify(resolve(cwd, ca))}`);
  lines.push(`streams: ${JSON.stringify(entries)}`);
  return parseConfig(lines.join('\n'), 'the arguments', { env, hostname, directory: cwd, readFile: () => '' });
}

/** Tells troubles with the broker on standard error. */
export function reportTo({ stderr, env }: CliContext): Report {
  const clock = createSystemClock();
  return createTelemetry({ log: createLog({ level: 'warning', format: 'auto', stream: stderr, env, clock }), clock })
    .report;
}
