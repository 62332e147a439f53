import { HttpError } from './httpError.ts';
import { HTTP_LIMITS } from './settings.ts';

/** The bytes of a body, whatever length it was announced with. @throws HttpError TG_HTTP_TOO_LARGE */
export async function readBody(request: Request): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > HTTP_LIMITS.bodyBytes) throw new HttpError('TG_HTTP_TOO_LARGE');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
