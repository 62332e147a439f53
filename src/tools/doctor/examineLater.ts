import type { Config } from '../../config/config.ts';
import type { Finding } from '../../domain/finding.ts';

/** The doctor without its experiments, for a running daemon: it is loaded once somebody asks. */
export async function examineLater(config: Config): Promise<readonly Finding[]> {
  const { examine } = await import('./doctor.ts');
  return await examine({ config, stateFolder: config.state.dir, experiment: false });
}
