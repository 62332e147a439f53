import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isPortFree } from '../../../src/adapters/http/isPortFree.ts';
import { portOf } from '../../support/freePort.mjs';

describe('a port', () => {
  it('is free before and after somebody listens at it, and not meanwhile', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const port = portOf(server);
    expect(await isPortFree(port, '127.0.0.1')).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await isPortFree(port, '127.0.0.1')).toBe(true);
  });

  it('of an address that is none of this computer is not free', async () => {
    expect(await isPortFree(0, '203.0.113.1')).toBe(false);
  });
});
