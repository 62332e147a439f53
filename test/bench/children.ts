import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { DriverMessage, DriverOptions } from './e2e/driver.ts';

/** Starts a program of a bench with its options; the bench ends with it if it fails. */
export function startChild(
  program: 'e2e/driver' | 'e2e/subject' | 'stages/subject',
  options: object,
  execArgv: readonly string[] = [],
): ChildProcess {
  const file = fileURLToPath(new URL(`./${program}.js`, import.meta.url));
  const child = fork(file, [JSON.stringify(options)], { stdio: 'inherit', execArgv: [...execArgv] });
  child.on('exit', (code) => {
    if (code) process.exit(1);
  });
  return child;
}

/** The next message of a child. */
export async function hear<Message>(child: ChildProcess): Promise<Message> {
  const [message] = await once(child, 'message');
  return message as Message;
}

/** The process that sends readings and counts answers; without `broker` it is the broker. */
export interface Driver {
  /** Where the subject is to connect. */
  readonly port: number;
  /** Resolves when the subject has subscribed, or, with a real broker, the driver has. */
  readonly ready: Promise<void>;
  /** Sends `count` readings. @returns the numbers sent and answered, and the time to the last answer in ms */
  drive(count: number): Promise<{ readonly sent: number; readonly answered: number; readonly answeredMs: number }>;
  stop(): void;
}

export async function startDriver(options: DriverOptions): Promise<Driver> {
  const child = startChild('e2e/driver', options);
  const waiting = new Map<DriverMessage['type'], (message: DriverMessage) => void>();
  const next = <Type extends DriverMessage['type']>(type: Type): Promise<Extract<DriverMessage, { type: Type }>> =>
    new Promise((resolve) => waiting.set(type, resolve as (message: DriverMessage) => void));
  child.on('message', (message: DriverMessage) => waiting.get(message.type)?.(message));
  const ready = next('ready');
  const port = options.broker ?? (await next('listening')).port;
  return {
    port,
    ready: ready.then(() => undefined),
    drive(count) {
      const done = next('done');
      child.send(count);
      return done;
    },
    stop: () => child.disconnect(),
  };
}
