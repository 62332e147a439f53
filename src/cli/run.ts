import type { Command } from 'commander';
import { createSystemClock } from '../adapters/clock/systemClock.ts';
import { replaceText } from '../adapters/host/replaceText.ts';
import { watchFiles } from '../adapters/host/watchFiles.ts';
import { compose } from '../app/compose.ts';
import type { Config } from '../config/config.ts';
import { configContent, configPaths, explainPassedOver, passedOver } from '../config/configFiles.ts';
import { createConfigEditor } from '../config/edit/configEditor.ts';
import { loadConfig } from '../config/loadConfig.ts';
import { adviceOnExposed, exposedSecrets } from '../config/problems/exposedSecrets.ts';
import { createLog } from '../telemetry/createLog.ts';
import { examineLater } from '../tools/doctor/examineLater.ts';
import type { CliContext } from './context.ts';
import { readVersion } from './version.ts';

export function addRunCommand(program: Command, context: CliContext): void {
  program
    .command('run')
    .description('the daemon: forecasts until SIGTERM or Ctrl-C')
    .option(
      '-c, --config <file>',
      'configuration (default: $TIDEGATE_CONFIG, ./tidegate.yaml, /etc/tidegate/tidegate.yaml)',
    )
    .action(async ({ config: file }: { config?: string }) => {
      const { env, cwd, hostname, stderr, stop } = context;
      const config = loadConfig({ file, env, cwd, hostname });
      const log = createLog({ ...config.log, stream: stderr, env, clock: createSystemClock() });
      const version = readVersion();
      log.info(`tidegate ${version}`, {
        config: config.file,
        streams: config.streams.length,
        node: process.versions.node,
      });
      for (const file of exposedSecrets(config))
        log.warning('password readable by every user', { file, advice: adviceOnExposed(file) });
      for (const file of passedOver(config)) log.warning(explainPassedOver(file));
      // The file of the start: another one that is found meanwhile is another configuration.
      const configEditor = config.file && createConfigEditor({ file: config.file, env, cwd, hostname }, replaceText);
      const clock = createSystemClock();
      const editor = configEditor && { configEditor };
      const app = compose({ config, ...editor, version, clock, log, examine: examineLater });
      context.onHangUp?.(() => app.reload());
      watchConfig(config, stop, () => app.reload());
      await app.run(stop);
      const { received, issued, droppedInAll, published } = app.counters;
      log.info('tidegate stopped', { messages: received, forecasts: issued, dropped: droppedInAll, published });
    });
}

function watchConfig({ file }: Config, stop: AbortSignal, changed: () => void): void {
  if (file === undefined) return;
  watchFiles({ paths: () => configPaths(file), content: () => configContent(file), changed }, stop);
}
