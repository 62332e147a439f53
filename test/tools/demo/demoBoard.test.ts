import { describe, expect, it } from 'vitest';
import { toDurationMs } from '../../../src/domain/time.ts';
import { DemoBoard } from '../../../src/tools/demo/demoBoard.ts';
import { OutletStage } from '../../contract/outletContract.ts';

const url = 'http://127.0.0.1:8099/';

describe('the board of the demonstration', () => {
  it('tells where the page is, and why it is nowhere', () => {
    const stage = new OutletStage();
    const board = new DemoBoard([]);
    stage.run(board);
    expect(board.page).toBe('');
    const error = new Error('listen EADDRINUSE: address already in use 127.0.0.1:8099');
    stage.report({ type: 'HttpFailed', url, error, retryIn: toDurationMs(1000) });
    expect(board.page).toBe('no page: listen EADDRINUSE: address already in use 127.0.0.1:8099');
    stage.report({ type: 'HttpOpened', url });
    expect(board.page).toBe(`page ${url}`);
  });
});
