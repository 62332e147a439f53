/** The sources themselves cannot run on a thread of Node.js 20. */
export const BUILT_ENTRY: URL = new URL('../../../dist/adapters/store/thread/storeThread.js', import.meta.url);
