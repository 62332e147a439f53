import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parseConfig.ts';
import type { StreamSettings } from '../../src/domain/streamSettings.ts';

/** The experiment that other systems are compared with: one direct network, an update for each window. */
export const NETWORK_ONLY = 'experts: [lstm_direct], hidden: 32, bptt: {every: 16, window: 16}';

export function readBenchConfig(text: string): Config {
  // Each run begins with nothing learned: the default folder may hold what another has left.
  const env = { STATE_DIRECTORY: mkdtempSync(join(tmpdir(), 'tidegate-bench-')) };
  return parseConfig(text, 'bench.yaml', { env, hostname: 'bench', directory: '.', readFile: () => '' });
}

/** Settings of a stream with this below `model:`, everything else as shipped. */
export function settingsWithModel(model: string): StreamSettings {
  const text = `mqtt: {server: "mqtt://localhost"}
defaults: {model: {${model}}}
streams: [{topic: t}]`;
  return readBenchConfig(text).streams[0]!.settings;
}
