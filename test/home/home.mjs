// A Home Assistant of its own in a folder: it is started without an interface and spoken to over HTTP.
import { execFile, spawn } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import { freePort } from '../support/freePort.mjs';
import { owned } from '../support/leftovers.mjs';
import { python } from './install.mjs';

const START_MS = 300_000;
const END_MS = 90_000;
const CREATED = '2026-01-01T00:00:00.000000+00:00';

/** @param broker its port on this computer, and the version of MQTT to speak */
export async function createHome(folder, broker) {
  mkdirSync(join(folder, '.storage'), { recursive: true });
  const port = await freePort();
  const secret = { refresh: randomUUID().replaceAll('-', ''), key: randomBytes(64).toString('hex') };
  writeFileSync(join(folder, 'configuration.yaml'), configuration(port));
  for (const [name, content] of Object.entries(storage(secret, broker)))
    writeFileSync(join(folder, '.storage', name), JSON.stringify(content));
  return new Home(folder, port, token(secret));
}

class Home {
  #folder;
  #url;
  #token;
  #child;

  constructor(folder, port, token) {
    this.#folder = folder;
    this.#url = `http://127.0.0.1:${port}`;
    this.#token = token;
  }

  /** Resolves once it runs, with mqtt. */
  async start() {
    const log = openSync(this.logFile, 'a');
    const args = ['-m', 'homeassistant', '-c', this.#folder, '--skip-pip'];
    this.#child = owned(spawn(python, args, { stdio: ['ignore', log, log], cwd: this.#folder }));
    closeSync(log);
    for (const end = Date.now() + START_MS; Date.now() < end; await sleep(500)) {
      if (this.#child.exitCode !== null) throw new Error(`Home Assistant ended with ${this.#child.exitCode}`);
      const config = await this.#ask('GET', '/api/config').catch(() => undefined);
      if (config?.state === 'RUNNING' && config.components.includes('mqtt')) return config.version;
    }
    throw new Error(`Home Assistant is not up, see ${this.logFile}`);
  }

  async stop() {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    if ((await Promise.race([exit, sleep(END_MS, 'late')])) === 'late') child.kill('SIGKILL');
    await exit;
  }

  /** States by entity id, without what Home Assistant brings itself. */
  async states() {
    const states = await this.#ask('GET', '/api/states');
    return new Map(states.map((state) => [state.entity_id, state]));
  }

  async call(service, entity_id, more = {}) {
    await this.#ask('POST', `/api/services/${service.replace('.', '/')}`, { entity_id, ...more });
  }

  /** @returns the value of a template, as JSON */
  async template(template) {
    return this.#ask('POST', '/api/template', { template: `{{ (${template}) | to_json }}` });
  }

  /** @param {...object} commands of its websocket @returns {Promise<any[]>} their results */
  async socket(...commands) {
    const url = `${this.#url.replace('http', 'ws')}/api/websocket`;
    const program = fileURLToPath(new URL('ask.py', import.meta.url));
    const { stdout } = await promisify(execFile)(python, [program, url, this.#token, JSON.stringify(commands)], {
      maxBuffer: 64 * 1_048_576,
    });
    return JSON.parse(stdout);
  }

  /** Entries of its registries on disk, which are up to date once it has ended. */
  registry(name) {
    return JSON.parse(readFileSync(join(this.#folder, '.storage', `core.${name}_registry`), 'utf8')).data;
  }

  /** Where its pages are, and a token that opens them. */
  get access() {
    return { url: this.#url, token: this.#token };
  }

  get logFile() {
    return join(this.#folder, 'home.log');
  }

  /** Lines of its log that complain. */
  complaints() {
    const text = existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : '';
    const lines = stripVTControlCharacters(text).split('\n');
    return lines.filter((line) => /\b(?:WARNING|ERROR|CRITICAL)\b/.test(line));
  }

  /** @param {object} [body] @returns {Promise<any>} */
  async #ask(method, path, body) {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}

function configuration(port) {
  return `homeassistant:
  name: test
  latitude: 52.0
  longitude: 13.0
  elevation: 30
  unit_system: metric
  time_zone: Europe/Berlin
  country: DE
  currency: EUR
http:
  server_host: 127.0.0.1
  server_port: ${port}
api:
websocket_api:
config:
frontend:
recorder:
  commit_interval: 1
history:
energy:
logger:
  default: warning
`;
}

/** An owner with a token, and the integration mqtt: what a user would click together. */
function storage({ refresh, key }, { port, protocol }) {
  const user = randomUUID().replaceAll('-', '');
  const file = (name, data, version, minor) => [name, { version, minor_version: minor, key: name, data }];
  const groups = [
    ['system-admin', 'Administrators'],
    ['system-users', 'Users'],
    ['system-read-only', 'Read Only'],
  ];
  const owner = { id: user, group_ids: ['system-admin'], is_owner: true, is_active: true, name: 'test' };
  const refreshToken = {
    ...{ id: refresh, user_id: user, client_id: null, client_name: 'test', client_icon: null, created_at: CREATED },
    ...{ token_type: 'long_lived_access_token', access_token_expiration: 315360000, token: key, jwt_key: key },
    ...{ last_used_at: null, last_used_ip: null, expire_at: null, credential_id: null, version: null },
  };
  const entry = {
    ...{ created_at: CREATED, modified_at: CREATED, disabled_by: null, discovery_keys: {}, domain: 'mqtt' },
    ...{ data: { broker: '127.0.0.1', port, protocol, discovery: true }, entry_id: 'mqtt00000000001' },
    ...{ minor_version: 1, options: {}, pref_disable_new_entities: false, pref_disable_polling: false, source: 'user' },
    ...{ subentries: [], title: '127.0.0.1', unique_id: null, version: 1 },
  };
  return Object.fromEntries([
    file('onboarding', { done: ['user', 'core_config', 'analytics', 'integration'] }, 4, 1),
    file(
      'auth',
      {
        users: [{ ...owner, system_generated: false, local_only: false }],
        groups: groups.map(([id, name]) => ({ id, name })),
        credentials: [],
        refresh_tokens: [refreshToken],
      },
      1,
      1,
    ),
    file('core.config_entries', { entries: [entry] }, 1, 5),
  ]);
}

/** A token as Home Assistant signs them (JWT, HS256). */
function token({ refresh, key }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: refresh, iat: now - 60, exp: now + 86_400 })}`;
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`;
}
