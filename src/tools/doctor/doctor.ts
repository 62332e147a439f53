import { createSystemClock } from '../../adapters/clock/systemClock.ts';
import { readClockState } from '../../adapters/host/clockState.ts';
import { readMemoryLimit } from '../../adapters/host/memoryLimit.ts';
import { readStorageState } from '../../adapters/host/storageState.ts';
import type { Config } from '../../config/config.ts';
import { adviceOnExposed, explainExposed, exposedSecrets } from '../../config/problems/exposedSecrets.ts';
import type { Finding } from '../../domain/finding.ts';
import { brokerFindings } from './brokerFindings.ts';
import { clockFinding, durabilityFinding, memoryFinding, storageFindings } from './hostFindings.ts';

export interface DoctorOptions {
  readonly config: Config;
  /** Where the state is, or will be. */
  readonly stateFolder: string;
  /** The user wants the broker to be tried with messages of ours, and the storage with a file. Without it nothing is written. */
  readonly experiment: boolean;
}

/**
 * Looks at broker, clock, storage and memory, and says what does not work and what can be lost.
 * @throws TidegateError TG_CONFIG_UNREADABLE, TG_CONFIG_INVALID
 */
export async function examine({ config, stateFolder, experiment }: DoctorOptions): Promise<readonly Finding[]> {
  const clock = createSystemClock();
  const broker = await brokerFindings({ settings: config.mqtt, filters: filtersOf(config), experiment, clock });
  return [
    ...broker,
    clockFinding(await readClockState(new Date(clock.now()))),
    durabilityFinding(config),
    ...secretFindings(config),
    ...storageFindings(readStorageState(stateFolder, experiment)),
    memoryFinding(readMemoryLimit(), config.limits.memory),
  ];
}

function filtersOf({ streams }: Config): readonly string[] {
  return [...new Set(streams.map(({ topic }) => topic))];
}

function secretFindings(config: Config): readonly Finding[] {
  return exposedSecrets(config).map((file) => ({
    check: 'secrets',
    verdict: 'warning',
    found: explainExposed(file),
    advice: adviceOnExposed(file),
  }));
}
