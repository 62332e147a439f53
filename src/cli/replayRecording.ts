import { resolve } from 'node:path';
import { createSystemClock } from '../adapters/clock/systemClock.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { parseConfig } from '../config/parseConfig.ts';
import { createLog } from '../telemetry/createLog.ts';
import { recordingToJson, recordingToText } from '../tools/replay/recording/recordingReport.ts';
import { replayRecording } from '../tools/replay/recording/replayRecording.ts';
import type { CliContext } from './context.ts';
import { createProgress } from './progress.ts';

export interface RecordingFlags {
  readonly config?: string;
  readonly zone: string;
  readonly json?: boolean;
}

/** Tells whether a file is a recording of messages, by its name. */
export function isRecording(file: string): boolean {
  return /\.(?:jsonl|ndjson)$/i.test(file);
}

/** Replays a recording by a configuration; without one everything is recognised. */
export async function runRecording(file: string, flags: RecordingFlags, context: CliContext): Promise<void> {
  const { stdout, stderr, env, cwd, hostname, stop } = context;
  const text = JSON.stringify({
    mqtt: { server: 'mqtt://localhost' },
    source: 'auto',
    defaults: { time: { zone: flags.zone } },
  });
  const config =
    flags.config === undefined
      ? parseConfig(text, 'the arguments', { env, hostname, directory: cwd, readFile: () => '' })
      : loadConfig({ file: flags.config, env, cwd, hostname });
  const log = createLog({ level: 'warning', format: 'auto', stream: stderr, env, clock: createSystemClock() });
  const progress = createProgress(context);
  const result = await replayRecording({
    file: resolve(cwd, file),
    config,
    log,
    stop,
    onProgress: (messages) => progress.show(`${messages} messages`),
  });
  progress.clear();
  stdout.write(flags.json === true ? `${recordingToJson(result)}\n` : recordingToText(result));
}
