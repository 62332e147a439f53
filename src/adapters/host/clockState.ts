import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

export interface ClockState {
  readonly year: number;
  /** undefined: no source here can tell. */
  readonly isSynchronized: boolean | undefined;
}

/** systemd-timesyncd touches it when it has set the clock. */
const SYNCHRONIZED_FILE = '/run/systemd/timesync/synchronized';

export async function readClockState(now: Date): Promise<ClockState> {
  return { year: now.getUTCFullYear(), isSynchronized: existsSync(SYNCHRONIZED_FILE) || (await askTimedated()) };
}

/** chrony and others are known to timedated too. No answer: no systemd, a container. */
function askTimedated(): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    const args = ['show', '--property=NTPSynchronized', '--value'];
    execFile('timedatectl', args, { timeout: 3000 }, (error, stdout) => {
      const answer = stdout?.trim();
      resolve(error !== null || (answer !== 'yes' && answer !== 'no') ? undefined : answer === 'yes');
    });
  });
}
