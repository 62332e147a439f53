import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/adapters/broker/embeddedBroker.ts';
import { MAIN } from '../support/built.ts';
import { type Ran, runInProcess } from '../support/runInProcess.ts';
import { listCommands, listDocuments, type PrintedCommand } from './printedCommands.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const commands = listDocuments(ROOT).flatMap((document) => listCommands(ROOT, document));

/** Why a command of a block is not run here, by its program. */
const NOT_OURS: Readonly<Record<string, string>> = {
  sudo: 'it needs root',
  git: 'it needs a network',
  curl: 'it needs a network',
  sha256sum: 'it looks at what was fetched',
  cd: 'it is for the shell',
  rm: 'it deletes',
  journalctl: 'it needs systemd',
  mosquitto_sub: 'it never ends',
};
/** And one of ours, by its first argument. */
const TOO_LONG: Readonly<Record<string, string>> = {
  memory: 'it takes ten seconds of a processor: test/tools/memoryStudy has its report',
  demo: 'it takes a minute: test/e2e has it',
};
/** Commands that npm has without a script. */
const NPM = ['cache', 'ci', 'install', 'pack', 'prune', 'start', 'test'];

const isOurs = ({ words: [program, first] }: PrintedCommand): boolean =>
  program === 'tidegate' || (program === 'node' && first === 'dist/main.js');
/** A sentence about a command, not one to copy. */
const isMention = (command: PrintedCommand): boolean => !command.isInBlock && argumentsOf(command).length === 1;
const argumentsOf = ({ words }: PrintedCommand): readonly string[] => words.slice(words[0] === 'tidegate' ? 1 : 2);
const flagsOf = (words: readonly string[]): readonly string[] => words.filter((word) => /^-{1,2}[a-z]/.test(word));

interface Ended {
  readonly status: number | string;
  readonly output: string;
}

/** @param until what has to be printed before the program is told to end; undefined: it ends by itself */
async function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}, until?: string): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      // Once: a second signal would end it at once.
      if (until !== undefined && output.includes(until) && !child.killed) child.kill('SIGTERM');
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { status: code ?? String(signal), output };
}

/** Help of a command. Many documents name the same command. */
function help(command: readonly string[]): Promise<Ran> {
  const key = command.join(' ');
  const known = helps.get(key) ?? runInProcess(ROOT, [...command, '--help']);
  helps.set(key, known);
  return known;
}
const helps = new Map<string, Promise<Ran>>();

describe('the documents', () => {
  it('print commands, in blocks and in the text', () => {
    const readme = commands.filter(({ place }) => place.startsWith('README.md'));
    expect(readme.filter(isOurs).length).toBeGreaterThan(5);
    expect(readme.filter(({ words }) => words[0] === 'npm').length).toBeGreaterThan(5);
  });

  it('print no program in a block of which nothing is known here', () => {
    const known = ['tidegate', 'node', 'npm', 'npx', ...Object.keys(NOT_OURS)];
    expect(
      commands.filter(({ words }) => !known.includes(words[0])).map(({ place, text }) => `${place} ${text}`),
    ).toEqual([]);
  });
});

const npm = commands.filter(({ words }) => words[0] === 'npm');
it.each(npm.map((command) => [command.place, command.text, command] as const))(
  '%s: %s is a script, and takes these flags',
  (_, __, { words }) => {
    const [, verb, ...rest] = words.filter((word) => word !== '--silent');
    const name = verb === 'run' ? rest[0] : verb;
    if (verb === 'run' || !NPM.includes(verb) || verb === 'start' || verb === 'test')
      expect(Object.keys(scripts)).toContain(name);
    if (!words.includes('--')) return;
    const source = sourceOf(scripts[name]);
    for (const flag of flagsOf(words.slice(words.indexOf('--') + 1)))
      expect(source).toMatch(new RegExp(`\\b${flag.slice(2)}\\b`));
  },
);

/** All of the rooms that a script runs, without the packages that it may have installed there; of `node dist/main.js demo` the command. */
function sourceOf(script: string): string {
  const rooms = new Set(script.match(/\btest\/[a-z]+/g));
  if (rooms.size === 0) return readFileSync(join(ROOT, 'src/cli', `${script.split(' ').at(-1)}.ts`), 'utf8');
  const files = [...rooms].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((name) => join(ROOT, room, name)),
  );
  return files
    .filter((name) => /\.m?[tj]s$/.test(name) && !name.includes('node_modules'))
    .map((name) => readFileSync(name, 'utf8'))
    .join('\n');
}

const npx = commands.filter(({ words }) => words[0] === 'npx');
it.each(npx.map((command) => [command.place, command.text, command] as const))(
  '%s: %s is installed, and its paths are there',
  (_, __, { words }) => {
    expect(existsSync(join(ROOT, 'node_modules/.bin', words[1]))).toBe(true);
    for (const path of words.slice(2).filter((word) => word.includes('/')))
      expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
  },
);

const foreign = commands.filter(({ words }) => Object.hasOwn(NOT_OURS, words[0]));
for (const { place, text, words } of foreign) it.skip(`${place}: ${text} (${NOT_OURS[words[0]]})`);

describe('the table of commands', () => {
  const rows = readFileSync(join(ROOT, 'README.md'), 'utf8')
    .split('\n')
    .flatMap((line) => /^\| ((?:`[a-z][^`]*`(?:, )?)+) \|/.exec(line)?.[1].match(/[^`,][^`]*(?=`)/g) ?? []);
  const printed = rows.filter((text) =>
    /^(?:run|demo|check|doctor|discover|decode|replay|learn|memory|state) /.test(text),
  );

  it('is there', () => expect(printed.length).toBeGreaterThan(8));

  it.each(printed)('%s: its flags are in the help', async (text) => {
    const words = text.replaceAll(/[[\]]/g, '').split(' ');
    const command = words[0] === 'state' ? words.slice(0, 2) : words.slice(0, 1);
    const { out } = await help(command);
    for (const flag of flagsOf(words)) expect(out).toMatch(new RegExp(`^ .*${flag}\\b`, 'm'));
  });
});

/** Blocks beside each other: some commands wait for seconds. The commands of one block, in their order. */
describe.concurrent('commands of ours', () => {
  let base: string;
  let broker: EmbeddedBroker;
  let sensor: MqttClient;
  let publishing: NodeJS.Timeout;
  /** The folder of each block, by its name. */
  const folders = new Map<string, string>();

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'tidegate-documents-'));
    broker = await startEmbeddedBroker({});
    sensor = await connectAsync(broker.url);
    publishing = setInterval(
      () => void sensor.publishAsync('zigbee2mqtt/hall', '{"temperature":20.5,"humidity":41}'),
      100,
    );
  });
  afterAll(async () => {
    clearInterval(publishing);
    await sensor.endAsync();
    await broker.stop();
    rmSync(base, { recursive: true, force: true });
  });

  /** A computer with a broker, the configuration of eight lines and a recorded series. */
  function folderOf({ block, text }: PrintedCommand): string {
    const known = folders.get(block);
    if (known !== undefined) return known;
    const folder = mkdtempSync(join(base, 'block-'));
    folders.set(block, folder);
    for (const name of ['etc/tidegate', 'mnt/stick', 'state']) mkdirSync(join(folder, name), { recursive: true });
    const config = atBroker(readFileSync(join(ROOT, 'config/tidegate.yaml'), 'utf8'));
    writeFileSync(join(folder, 'etc/tidegate/tidegate.yaml'), config);
    if (!text.includes('discover')) writeFileSync(join(folder, 'tidegate.yaml'), config);
    writeFileSync(
      join(folder, 'power.csv'),
      `time,power\n${Array.from({ length: 300 }, (_, i) => `${i},${i % 7}\n`).join('')}`,
    );
    return folder;
  }

  const atBroker = (text: string): string => text.replaceAll('mqtt://localhost:1883', broker.url);

  /** Only the address, the paths of the system, the time that is waited and the length of a series are others than printed. */
  function toSandbox(args: readonly string[], folder: string): string[] {
    return args.map((word, i) => {
      if (args[i - 1] === '--seconds') return '1';
      if (args[i - 1] === '--rows') return '2000';
      return atBroker(word.replace(/^\/(?=(?:etc|mnt)\/)/, `${folder}/`));
    });
  }

  const ours = commands.filter(isOurs);
  describe.each([...new Set(ours.map(({ block }) => block))])('%s', (block) => {
    for (const command of ours.filter((each) => each.block === block)) addTest(command);
  });

  function addTest(command: PrintedCommand): void {
    const args = argumentsOf(command);
    // A file is written within a second.
    const reason = args.includes('--csv') ? undefined : TOO_LONG[args[0]];
    const title = `${command.place}: ${command.text}`;
    if (isMention(command)) it.sequential(`${title} is a command`, async () => expect((await help(args)).exit).toBe(0));
    else if (reason !== undefined) it.skip(`${title} (${reason})`);
    else it.sequential(title, async () => runInSandbox(command, args));
  }

  async function runInSandbox(command: PrintedCommand, args: readonly string[]): Promise<void> {
    const folder = folderOf(command);
    const env = { STATE_DIRECTORY: join(folder, 'state'), TIDEGATE_CONFIG: undefined };
    // A daemon before it has left state behind.
    if (args[0] === 'state') await run(['run'], folder, env, 'connected');
    const { status, output } = await run(
      toSandbox(args, folder),
      folder,
      env,
      args[0] === 'run' ? 'connected' : undefined,
    );
    // 2: something can be lost, which the embedded broker makes sure of.
    expect([args[0] === 'doctor' ? [0, 2] : [0], output]).toEqual([expect.arrayContaining([status]), output]);
  }
});
