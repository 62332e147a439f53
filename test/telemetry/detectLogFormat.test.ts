import { closeSync, fstatSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectLogFormat } from '../../src/telemetry/detectLogFormat.ts';
import { createCapture } from './capture.ts';

describe('detectLogFormat', () => {
  let fd: number;
  let place: string;

  beforeAll(() => {
    // Stands for the journal's socket: any open file has a device and an inode.
    fd = openSync('/dev/null', 'w');
    const { dev, ino } = fstatSync(fd);
    place = `${dev}:${ino}`;
  });
  afterAll(() => closeSync(fd));

  it('sees that the journal reads', () => {
    expect(detectLogFormat({ env: { JOURNAL_STREAM: place }, stream: createCapture({ fd }) })).toBe('journald');
  });

  it('sees that the output was redirected away from the journal', () => {
    expect(detectLogFormat({ env: { JOURNAL_STREAM: '1:1' }, stream: createCapture({ fd }) })).toBe('json');
    expect(detectLogFormat({ env: { JOURNAL_STREAM: '1:1' }, stream: createCapture({ fd, isTTY: true }) })).toBe(
      'pretty',
    );
    expect(detectLogFormat({ env: { JOURNAL_STREAM: place }, stream: createCapture() })).toBe('json');
  });

  it('is not stopped by a descriptor that is closed', () => {
    expect(detectLogFormat({ env: { JOURNAL_STREAM: place }, stream: createCapture({ fd: 9999 }) })).toBe('json');
  });

  it('writes for people on a terminal, else for programs', () => {
    expect(detectLogFormat({ env: {}, stream: createCapture({ fd, isTTY: true }) })).toBe('pretty');
    expect(detectLogFormat({ env: {}, stream: createCapture({ fd }) })).toBe('json');
  });
});
