import type { Command } from 'commander';
import { type BrokerCheck, checkBroker } from '../adapters/mqtt/client/checkBroker.ts';
import { parseServerAddress } from '../adapters/mqtt/client/serverAddress.ts';
import { describeWill } from '../adapters/mqtt/client/will.ts';
import { type Column, renderTable } from '../adapters/terminal/renderTable.ts';
import { wrapText } from '../adapters/terminal/wrapText.ts';
import type { Config } from '../config/config.ts';
import { explainPassedOver, passedOver } from '../config/configFiles.ts';
import { nameOfOrigin, originOf } from '../config/layers/origins.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { adviceOnExposed, explainExposed, exposedSecrets } from '../config/problems/exposedSecrets.ts';
import type { StreamSpec } from '../domain/streamSpec.ts';
import { type DurationMs, toDurationMs } from '../domain/time.ts';
import { estimateCost, type StreamCost } from '../hosts/estimateCost.ts';
import { checkMemory } from '../hosts/kernelMemory.ts';
import { threadCount } from '../hosts/threadCount.ts';
import { LAYOUTS } from '../outlets/page/history/layout.ts';
import { type HeardStreams, hearStreams } from '../tools/hear/hearStreams.ts';
import { costOfPast } from '../tools/past/costOfPast.ts';
import { describeOptions, hasSeveralSources, toJsonOptions } from './checkOptions.ts';
import { describePast } from './checkPast.ts';
import { describeFates, fatesOf, toJsonState } from './checkState.ts';
import type { CliContext } from './context.ts';
import { secondsUpTo } from './secondsUpTo.ts';

const MIB = 1_048_576;
/** Columns of the output. */
const WIDTH = 100;

interface Flags {
  readonly config?: string;
  readonly connect?: boolean;
  readonly seconds: number;
  readonly options?: boolean;
  readonly json?: boolean;
}

export function addCheckCommand(program: Command, context: CliContext): void {
  program
    .command('check')
    .description('validate the configuration and print what it means; no network without --connect')
    .option('-c, --config <file>', 'configuration')
    .option('--connect', 'also try the broker with these settings, and wait for a message of each topic')
    .option('--seconds <n>', 'longest wait for those messages', secondsUpTo(3600), 10)
    .option('--options', 'also list every option with its value, and the file or variable that it comes from')
    .option('--json', 'print the result as JSON')
    .action((flags: Flags) => runCheck(flags, context));
}

async function runCheck(flags: Flags, { env, cwd, hostname, stdout, stderr }: CliContext): Promise<void> {
  const { config: file, connect, seconds, options: withDefaults = false, json } = flags;
  const config = loadConfig({ file, env, cwd, hostname });
  checkMemory(config);
  const rows = toRows(config);
  const tried = connect ? await tryBroker(config, toDurationMs(1000 * seconds)) : undefined;
  const exposed = exposedSecrets(config);
  const ignored = passedOver(config);
  const fates = await fatesOf(config);
  for (const each of exposed) stderr.write(`warning: ${explainExposed(each)}: ${adviceOnExposed(each)}\n`);
  for (const each of ignored) stderr.write(`warning: ${explainPassedOver(each)}\n`);
  if (json) {
    const { label: server } = parseServerAddress(config.mqtt.server);
    const warnings = [...exposed.map(explainExposed), ...ignored.map(explainPassedOver)];
    stdout.write(
      `${JSON.stringify({ file: config.file, server, threads: threadCount(config.threads), streams: rows, page_memory: config.page.enabled ? config.page.memory : 0, undo: costOfPast(config.state, largestOf(rows)) ?? null, protocol: tried?.broker.protocol ?? null, ...(tried && { topics: tried.heard.map(toJson) }), warnings, options: toJsonOptions(config), state: toJsonState(fates) })}\n`,
    );
    return;
  }
  stdout.write(
    `${config.file}: no problem found\n\n${renderTable(columnsFor(rows), rows, { width: WIDTH })}\n${describe(config, rows)}`,
  );
  if (withDefaults || hasSeveralSources(config)) stdout.write(describeOptions(config, withDefaults, WIDTH));
  stdout.write(describeFates(fates, config.state.dir, WIDTH));
  if (tried !== undefined) stdout.write(tellTried(tried));
}

interface TriedBroker {
  readonly broker: BrokerCheck;
  readonly heard: readonly HeardStreams[];
}

async function tryBroker({ mqtt, streams }: Config, within: DurationMs): Promise<TriedBroker> {
  const broker = await checkBroker(mqtt);
  const filters = [...new Set(streams.map(({ topic }) => topic))];
  return { broker, heard: await hearStreams({ settings: mqtt, protocol: broker.protocol, filters, within }) };
}

function tellTried({ broker, heard }: TriedBroker): string {
  const { protocol, will } = broker;
  const lines = [
    `the broker answered (MQTT ${protocol === 5 ? '5' : '3.1.1'})`,
    ...(will?.retain && will.qos > 0 ? [] : [`last will: ${describeWill(will)}`]),
    ...heard.map(({ filter, words }) => `${filter}: ${words}`),
  ];
  return wrapped(lines);
}

/** Each on lines of its own, none longer than the output is wide. */
function wrapped(lines: readonly string[]): string {
  return lines
    .flatMap((line) => wrapText(line, WIDTH, '  '))
    .join('\n')
    .concat('\n');
}

function toJson({ filter, refusal, messages, first, near }: HeardStreams): object {
  return {
    filter,
    refused: refusal ?? null,
    messages,
    first: first?.topic ?? null,
    retained: first?.isRetained ?? null,
    near: near?.filter ?? null,
  };
}

interface Row {
  readonly topic: string;
  /** File or variable that the entry stands in. */
  readonly origin: string;
  readonly fields: string;
  readonly inputs: readonly string[];
  readonly step: string;
  readonly horizons: readonly string[];
  readonly experts: readonly string[];
  readonly cell: string;
  readonly hidden: number;
  readonly kernel: string;
  /** One stream of this entry: learner with all its state. */
  readonly kib_per_stream: number;
  /** CPU time on this machine, learning included. */
  readonly us_per_reading: number;
}

const OF_CLASSES =
  'with classes: as many rows and labels among them as a stream ever keeps, one reading in twenty labelled';

/** Columns of the table. --json has what is cut here. */
const COLUMNS: readonly Column<Row>[] = [
  { title: 'topic', text: ({ topic }) => topic, minWidth: 14 },
  { title: 'fields', text: ({ fields }) => fields, minWidth: 10 },
  { title: 'inputs', text: ({ inputs }) => inputs.join(', '), minWidth: 8 },
  { title: 'step', text: ({ step }) => step },
  { title: 'horizons', text: ({ horizons }) => horizons.join(', '), minWidth: 8 },
  { title: 'cell', text: ({ cell, hidden }) => `${cell} ${hidden}` },
  { title: 'KiB/stream', text: ({ kib_per_stream }) => String(kib_per_stream), align: 'right' },
  { title: 'µs/reading', text: ({ us_per_reading }) => String(us_per_reading), align: 'right' },
];

/** Most configurations name no inputs. */
function columnsFor(rows: readonly Row[]): readonly Column<Row>[] {
  return COLUMNS.filter(({ title }) => title !== 'inputs' || rows.some(({ inputs }) => inputs.length > 0));
}

/** Entries with the same settings are measured once. */
function toRows(config: Config): readonly Row[] {
  const costs = new Map<string, StreamCost>();
  return config.streams.map((spec, index) => {
    const key = JSON.stringify(spec.settings);
    const cost = costs.get(key) ?? estimateCost(spec.settings);
    costs.set(key, cost);
    return { ...toRow(spec, cost), origin: nameOfOrigin(originOf(config, ['streams', index, 'topic'])) };
  });
}

function toRow(
  { topic, fields, inputs, settings }: StreamSpec,
  { bytes, kernel, microseconds }: StreamCost,
): Omit<Row, 'origin'> {
  const { step, horizons, model } = settings;
  return {
    topic,
    fields: fields === 'auto' ? 'auto' : fields.map(({ path, name }) => name ?? path ?? 'the payload').join(', '),
    inputs: inputs.map(({ path, name }) => name ?? path),
    step: step.every === 'message' ? 'message' : `${step.every / 1000}s`,
    horizons: horizons.map(({ label }) => label),
    experts: model.experts,
    cell: model.cell,
    hidden: model.hidden,
    kernel,
    kib_per_stream: Math.round(bytes / 1024),
    us_per_reading: Math.round(microseconds),
  };
}

function describe({ mqtt, limits, page, state, threads: wanted, streams }: Config, rows: readonly Row[]): string {
  const threads = threadCount(wanted);
  const largest = largestOf(rows);
  const { clientId, baseTopic, qos } = mqtt;
  // The query of a websocket address may hold a token.
  const { label: server } = parseServerAddress(mqtt.server);
  return wrapped([
    ...describeExperts(rows),
    `broker ${server} as ${clientId}, QoS ${qos}, publishing below ${baseTopic}/`,
    'memory of one stream and CPU time of one reading: measured just now, on this machine',
    ...(streams.some(({ settings }) => settings.classify !== undefined) ? [OF_CLASSES] : []),
    threads === 0 ? 'learners on the main thread' : `${threads} learner thread${threads === 1 ? '' : 's'}`,
    `at most ${limits.streams} streams and ${Math.round(limits.memory / MIB)} MB for their networks, ${limits.queue} readings waiting`,
    ...(page.enabled ? [describePage(page.memory)] : []),
    ...describePast(costOfPast(state, largest), largest),
  ]);
}

/** Bytes of the largest state of a stream: in memory it is no smaller. */
function largestOf(rows: readonly Row[]): number {
  return Math.max(...rows.map(({ kib_per_stream }) => kib_per_stream)) * 1024;
}

/** The bound of the page's memory, and for how many streams it is enough. */
function describePage(bytes: number): string {
  const [longest] = LAYOUTS;
  const streams = Math.floor(bytes / longest.bytes);
  const each = `${(longest.bytes / 1024).toFixed(1)} KiB`;
  return `page: at most ${(bytes / MIB).toFixed(1)} MB for the history of all streams: ${streams} of them have ${each} each, more of them less`;
}

/** Experts and kernel, which most configurations have the same of for all topics. */
function describeExperts(rows: readonly Row[]): readonly string[] {
  const topics = new Map<string, string[]>();
  for (const { topic, experts, kernel } of rows) {
    const words = `experts ${experts.join(', ')}; kernel ${kernel}`;
    topics.set(words, [...(topics.get(words) ?? []), topic]);
  }
  return [...topics].map(([words, own]) => (topics.size === 1 ? words : `${own.join(', ')}: ${words}`));
}
