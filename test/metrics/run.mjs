// The daemon scraped by a real Prometheus: `npm run test:metrics`. Both formats by promtool; every query of the dashboard; the alerts, by promtool on made-up
// series and by Prometheus on an anomaly; 1,000 streams in one scrape; the dashboard against the types of Grafana, which no registry has as a program.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { createDaemon } from '../crash/processes.mjs';
import { startMosquitto, whatMosquittoMisses } from '../home/mosquitto.mjs';
import { freePort } from '../support/freePort.mjs';
import { owned, ownedFolder } from '../support/leftovers.mjs';
import { checkDashboard, queriesOf, readDashboard } from './dashboard.mjs';
import { install, programOf, whatIsMissing } from './install.mjs';

const WAIT_MS = 120_000;
const STREAMS = 1000;
const OPEN_METRICS = 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5';
const TOKEN = 'canary-token-of-the-page';
const PASSWORD = 'canary-password-of-the-broker';
const { values } = parseArgs({ options: { install: { type: 'boolean' } } });
if (values.install) install();
const missing = [whatMosquittoMisses(), ...whatIsMissing()].filter((text) => text !== undefined);
if (missing.length > 0) {
  console.error(
    `missing: ${missing.join('; ')}; npm run test:metrics -- --install fetches what no package of the system is`,
  );
  process.exit(1);
}

const began = Date.now();
const step = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const promtool = (args, input) => execFileSync(String(programOf('promtool')), args, { encoding: 'utf8', input });
const RULES = resolve('config/grafana/tidegate.rules.yaml');
step(promtool(['check', 'rules', RULES]).trim().replaceAll(/\s+/g, ' '));
step(
  promtool(['test', 'rules', resolve('test/metrics/rules.test.yaml')])
    .trim()
    .replaceAll(/\s+/g, ' '),
);
const complaints = checkDashboard();
assert.equal(complaints, '', complaints);
step('the dashboard is one by the types of Grafana');

const folder = ownedFolder('tidegate-metrics-');
const broker = await startMosquitto(folder);
const [page, port] = [await freePort(), await freePort()];
const daemon = createDaemon(
  folder,
  `mqtt: {server: "mqtt://127.0.0.1:${broker.port}", user: u, password: ${PASSWORD}}
state: {dir: "${join(folder, 'state')}"}
page: {port: ${page}, token: ${TOKEN}}
threads: 1
defaults: {min_samples: 10, anomaly: {range: [-10, 30]}, publish: {min_interval: 0s}, model: {profile: tiny}}
streams: [{topic: s/+}]
`,
);
const sensors = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
let count = 0;
const sending = setInterval(() => {
  count++;
  for (let i = 0; i < STREAMS / 20; i++) {
    const stream = (count * 50 + i) % STREAMS;
    sensors.publish(`s/${stream}`, String(stream === 7 && count > 200 ? 70 : Math.sin(count / 50) + stream / 100));
  }
}, 50);

mkdirSync(join(folder, 'data'));
cpSync(RULES, join(folder, 'tidegate.rules.yaml'));
writeFileSync(join(folder, 'token'), TOKEN);
writeFileSync(
  join(folder, 'prometheus.yml'),
  `global: {scrape_interval: 2s, evaluation_interval: 2s}
rule_files: [tidegate.rules.yaml]
scrape_configs:
  - job_name: tidegate
    static_configs: [{targets: ['127.0.0.1:${page}']}]
    authorization: {credentials_file: token}
`,
);
const flags = [
  `--config.file=${join(folder, 'prometheus.yml')}`,
  `--storage.tsdb.path=${join(folder, 'data')}`,
  `--web.listen-address=127.0.0.1:${port}`,
];
const prometheus = owned(spawn(String(programOf('prometheus')), flags, { stdio: ['ignore', 'ignore', 'pipe'] }));
let log = '';
prometheus.stderr.on('data', (text) => {
  log = (log + text).slice(-100_000);
});

const get = (path, headers = {}) =>
  fetch(`http://127.0.0.1:${page}${path}`, { headers: { Authorization: `Bearer ${TOKEN}`, ...headers } });
async function api(path) {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
  const { status, data, error } = /** @type {{status: string, data: any, error?: string}} */ (await answer.json());
  assert.equal(status, 'success', `${path}: ${error}`);
  return data;
}
const query = async (expr) => (await api(`query?query=${encodeURIComponent(expr)}`)).result;
const numberOf = async (expr) => Number((await query(expr))[0]?.value[1]);

async function until(what, holds) {
  let last;
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await sleep(500)) {
    last = await holds().catch((error) => error);
    if (last === true) return;
  }
  throw new Error(`${what}: ${last instanceof Error ? last.stack : JSON.stringify(last)}\n${log.slice(-3000)}`);
}

/** ms of a processor that the daemon has taken so far. */
const cpuOf = async () => {
  const text = await (await get('/metrics')).text();
  return 1000 * Number(/^process_cpu_seconds_total (\S+)$/m.exec(text)?.[1]);
};

let status = 1;
try {
  daemon.start();
  await until('the daemon answers', async () => (await get('/readyz')).status === 200);
  assert.equal((await fetch(`http://127.0.0.1:${page}/healthz`)).status, 200);
  assert.equal((await fetch(`http://127.0.0.1:${page}/metrics`)).status, 401);
  await until('all streams are here', async () => (await numberOf('sum(tidegate_streams)')) === STREAMS);
  await until('Prometheus is content', async () => {
    const { activeTargets } = await api('targets');
    return activeTargets[0].health === 'up' && activeTargets[0].lastError === '';
  });
  const [{ version: prometheusVersion } = {}] = [await api('status/buildinfo')];
  step(`${STREAMS} streams, scraped by Prometheus ${prometheusVersion}`);

  const plain = await get('/metrics');
  const text = await plain.text();
  assert.match(String(plain.headers.get('content-type')), /^text\/plain; version=0\.0\.4/);
  assert.equal(promtool(['check', 'metrics'], text), '');
  const open = await get('/metrics', { Accept: OPEN_METRICS });
  assert.match(String(open.headers.get('content-type')), /^application\/openmetrics-text; version=1\.0\.0/);
  const openText = await open.text();
  assert.match(openText, /# EOF\n$/);
  step(`promtool check metrics finds nothing in ${text.length} bytes`);

  await until('the anomaly fires', async () => {
    const firing = await query('ALERTS{alertname="TidegateAnomaly", alertstate="firing"}');
    return firing.some(({ metric }) => metric.stream === 's/7');
  });
  const { groups } = await api('rules');
  const sick = groups.flatMap(({ rules }) => rules).filter(({ health }) => health !== 'ok');
  assert.deepEqual(sick, []);
  step('an anomaly fires its alert; all rules can be evaluated');

  const empty = [];
  for (const { title, expr } of queriesOf(readDashboard())) if ((await query(expr)).length === 0) empty.push(title);
  // Of a daemon that has nothing to complain of.
  assert.deepEqual([...new Set(empty)], ['Readings not used, by reason']);
  step('every query of the dashboard is answered');

  clearInterval(sending);
  await sleep(3000);
  prometheus.kill('SIGTERM');
  await once(prometheus, 'exit');
  await sleep(2000);
  const rounds = 20;
  const before = await cpuOf();
  for (let i = 0; i < rounds; i++) await cpuOf();
  const scrape = ((await cpuOf()) - before) / (rounds + 1);
  step(`a scrape of ${STREAMS} streams takes ${scrape.toFixed(1)} ms of a processor`);
  assert.ok(scrape <= 50, 'more than 50 ms');

  const all = [text, openText, daemon.log()];
  for (const path of ['/healthz', '/readyz', '/version', '/nothing'])
    all.push(await (await get(path)).text(), await (await fetch(`http://127.0.0.1:${page}${path}`)).text());
  for (const secret of [TOKEN, PASSWORD]) assert.ok(!all.join('\n').includes(secret), `${secret} is told`);
  step('no secret in any answer, nor in the log');
  await broker.stop();
  await until('readyz says so', async () => (await get('/readyz')).status === 503);
  assert.equal((await get('/healthz')).status, 200);
  step('without a broker: not ready, and alive');
  status = 0;
} finally {
  clearInterval(sending);
  if (prometheus.exitCode === null) prometheus.kill('SIGKILL');
  await daemon.stop().catch(() => undefined);
  await sensors.endAsync(true);
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
