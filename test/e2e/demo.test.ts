import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MAIN } from '../support/built.ts';

const PAGE_PORT = 8099;

describe('the demonstration beside a daemon that has the port of the page', () => {
  let holder: Server | undefined;
  afterEach(() => void holder?.close());

  it('has its page at another port, and says where', async () => {
    holder = createServer((socket) => socket.destroy());
    // Where it cannot be had, somebody else has it.
    holder.on('error', () => undefined).listen(PAGE_PORT, '127.0.0.1');
    const demo = spawn(process.execPath, [MAIN, 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(demo, 'exit');
    let said = '';
    demo.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    try {
      const page = () => /^page (http:\S+) {3}broker mqtt:/m.exec(said)?.[1];
      await expect.poll(page).toBeDefined();
      expect(page()).not.toContain(`:${PAGE_PORT}/`);
      // The page is there before the first readings are.
      const streams = async (): Promise<unknown[]> => {
        const answer = await fetch(new URL('api/streams', page()));
        return [answer.status, await answer.text()];
      };
      await expect.poll(streams).toEqual([200, expect.stringContaining('zigbee2mqtt/fridge_plug')]);
      const units = async (): Promise<unknown[]> => {
        const answer = await fetch(new URL('api/streams', page()));
        const { streams: all } = (await answer.json()) as { streams: { unit: string | null; n: number }[] };
        return all.every(({ n }) => n > 0) ? all.map(({ unit }) => unit).sort() : [];
      };
      await expect.poll(units, { timeout: 60_000 }).toEqual(['W', 'W', 'W', 'W/m²', 'mm/s', 'ppm', '°C'].sort());
    } finally {
      demo.kill('SIGTERM');
    }
    expect((await exited)[0]).toBe(0);
  });
});
