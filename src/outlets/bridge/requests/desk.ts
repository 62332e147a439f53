import type { OutletContext } from '../../outlet.ts';

/** The parts of the daemon that commands work with. */
export interface Desk extends Pick<OutletContext, 'settingsOf' | 'sensorOf' | 'connected$'> {
  /** The content of `bridge/info`. */
  readonly info: () => object;
  /** The content of `bridge/streams`. */
  readonly streams: () => object;
}
