import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Name of the socket in a state folder. */
export const SOCKET_NAME = 'control.sock';
/** Longest path of a socket in bytes, on the systems that we run on. */
const LONGEST_PATH = 103;
const MOST_CONNECTIONS = 8;
/** Bytes of a request. */
const LONGEST_REQUEST = 65_536;
/** Bytes of an answer. */
const LONGEST_ANSWER = 4 * 2 ** 20;
const IDLE_MS = 120_000;
const MODE = 0o600;

/** Answers the text of a request. Never rejects. */
type AnswerLocally = (request: string) => Promise<string>;

export interface LocalSocketOptions {
  readonly path: string;
  readonly answer: AnswerLocally;
  /** The socket cannot be served. */
  readonly failed: (error: Error) => void;
}

/**
 * Answers requests of this computer, a line each, over a socket that only the user of its folder can open: who may read the state may
 * also ask for it. The name of a process before is taken over: the folder is ours. @returns ends it
 */
export function serveLocally({ path, answer, failed }: LocalSocketOptions): () => void {
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    failed(new Error(`the path is longer than ${LONGEST_PATH} bytes`));
    return () => undefined;
  }
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serve(socket, answer);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('error', failed);
  listen(server, path, failed);
  return () => {
    server.close();
    for (const socket of open) socket.destroySoon();
  };
}

function listen(server: Server, path: string, failed: (error: Error) => void): void {
  try {
    rmSync(path, { force: true });
    server.listen(path, () => chmodSync(path, MODE));
    // The process ends without it.
    server.unref();
  } catch (error) {
    failed(error as Error);
  }
}

function serve(socket: Socket, answer: AnswerLocally): void {
  let text = '';
  let answering = Promise.resolve();
  socket.setEncoding('utf8');
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (part: string) => {
    text += part;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const request = text.slice(0, end);
      text = text.slice(end + 1);
      // One after the other, in their order.
      answering = answering.then(async () => {
        const reply = await answer(request);
        if (!socket.destroyed) socket.write(`${reply}\n`);
      });
    }
    if (text.length > LONGEST_REQUEST) socket.destroy();
  });
}

/**
 * Sends one request to a process that serves the socket.
 * @returns its answer; undefined: no process serves it. Rejects where it breaks off or takes too long
 */
export function askLocally(path: string, request: string, withinMs: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = '';
    let isConnected = false;
    const end = (settle: () => void): void => {
      socket.destroy();
      settle();
    };
    socket.setEncoding('utf8');
    socket.setTimeout(withinMs, () => end(() => reject(new Error(`no answer within ${withinMs / 1000} s`))));
    socket.on('connect', () => {
      isConnected = true;
      socket.write(`${request}\n`);
    });
    socket.on('data', (part: string) => {
      answer += part;
      const length = answer.indexOf('\n');
      if (length >= 0) end(() => resolve(answer.slice(0, length)));
      else if (answer.length > LONGEST_ANSWER) end(() => reject(new Error('the answer is too long')));
    });
    socket.on('close', () => reject(new Error('the daemon broke off')));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const isAbsent = !isConnected && ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EINVAL'].includes(error.code ?? '');
      end(() => (isAbsent ? resolve(undefined) : reject(error)));
    });
  });
}
