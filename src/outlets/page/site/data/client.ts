/** An answer that says no: its code, as config/errors.md lists it, and its sentence. `status` 0: no answer came. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const TIMEOUT_MS = 20_000;

/** Options of one request. */
interface Asked {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly signal?: AbortSignal;
}

/** Requests to the daemon. All addresses are relative to the document: it works behind any path of a proxy. */
export class Client {
  readonly #onLocked: () => void;

  /** @param onLocked called where the daemon asks for the token */
  constructor(onLocked: () => void) {
    this.#onLocked = onLocked;
  }

  /** @throws Refusal */
  async get<Answer>(path: string, { query, signal }: Asked = {}): Promise<Answer> {
    const response = await this.#fetch(address(path, query), { headers: { Accept: 'application/json' } }, signal);
    return (await bodyOf(response)) as Answer;
  }

  /** @throws Refusal */
  async bytes(path: string, { query, signal }: Asked = {}): Promise<ArrayBuffer> {
    const response = await this.#fetch(address(path, query), {}, signal);
    return await response.arrayBuffer();
  }

  /**
   * Sends a command of the bridge; its answer is `data`.
   *
   * @throws Refusal
   */
  async request<Answer>(command: string, body: object): Promise<Answer> {
    const answer = await this.post<Reply<Answer>>(`api/request/${encodeURIComponent(command)}`, body);
    if (answer.status === 'error') {
      throw new Refusal(200, answer.error?.code ?? 'TG_REQUEST_FAILED', answer.error?.message ?? 'It was refused.');
    }
    return answer.data;
  }

  /** @throws Refusal */
  async post<Answer>(path: string, body: object): Promise<Answer> {
    const response = await this.#fetch(address(path), {
      method: 'POST',
      headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await bodyOf(response)) as Answer;
  }

  async #fetch(url: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    let response: Response;
    try {
      response = await fetch(url, { ...init, signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Refusal(0, 'TG_PAGE_NO_ANSWER', 'The daemon gave no answer.');
    }
    if (response.status === 401) this.#onLocked();
    if (!response.ok) throw await refusalOf(response);
    return response;
  }
}

interface Reply<Data> {
  readonly status: 'ok' | 'error';
  readonly data: Data;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Address of a path of the daemon, relative to the document. */
export function address(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  if (entries.length === 0) return path;
  return `${path}?${new URLSearchParams(entries.map(([name, value]) => [name, `${value}`]))}`;
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    // A proxy answers with a page of its own.
    throw new Refusal(response.status, 'TG_PAGE_NO_JSON', 'Something else than the daemon answered.');
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  const fallback = `The daemon answered with status ${response.status}.`;
  try {
    const { error } = (await response.json()) as { error?: { code?: unknown; message?: unknown } };
    return new Refusal(response.status, `${error?.code ?? `HTTP_${response.status}`}`, `${error?.message ?? fallback}`);
  } catch {
    return new Refusal(response.status, `HTTP_${response.status}`, fallback);
  }
}

/** The answer; undefined where the daemon refused it. @throws Refusal where no answer came */
export async function orRefused<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal && error.status > 0) return undefined;
    throw error;
  }
}

/** The sentence of whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : `${error}`;
}
