import { installedThread } from '../../support/built.ts';

/** The sources themselves cannot run on a thread of Node.js 20. */
export const BUILT_ENTRY: URL = installedThread('storeThread');
