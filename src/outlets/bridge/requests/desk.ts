import type { Control } from '../../../domain/control.ts';
import type { OutletContext } from '../../outlet.ts';

/** The parts of the daemon that commands work with. */
export interface Desk
  extends Pick<
    OutletContext,
    'configNow' | 'settingsOf' | 'prospectsOf' | 'sensorOf' | 'eventsOf' | 'alarms' | 'inspect'
  > {
  readonly control: Control;
  /** Nothing may be changed now. */
  readonly isReadOnly: () => boolean;
  /** When commands with a pace of their own were last run, ms of a clock that only runs forward. */
  readonly lastRuns: Map<string, number>;
  /** The content of `bridge/info`. */
  readonly info: () => object;
  /** The content of `bridge/streams`. */
  readonly streams: () => object;
}
