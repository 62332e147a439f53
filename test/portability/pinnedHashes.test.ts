import { expect, it } from 'vitest';
import { allHashes } from './hashes.ts';

// Held so that no number changes unnoticed. Where one is meant to change: `npx vitest run test/portability -u`.
it('gives the numbers it always gave', async () => {
  const { portable } = allHashes();

  await expect(`${JSON.stringify(portable, null, 2)}\n`).toMatchFileSnapshot('pinned.json');
});
