import type { Server } from 'node:net';

export function portOf(server: Server): number;
export function freePort(): Promise<number>;
