import { toJsonSchema } from '@valibot/to-json-schema';
import { expect, test } from 'vitest';
import { HTTP_ERRORS } from '../../src/domain/httpErrors.ts';
import { errorSchema } from '../../src/outlets/page/apiSchemas.ts';
import { API, type ApiEntry, FRAMES } from '../outlets/page/apiTable.ts';

/** `npx vitest run test/config -u` writes the file anew. */
test('config/openapi.json is made from the schemas of the API', async () => {
  await expect(toOpenApi()).toMatchFileSnapshot('../../config/openapi.json');
});

/** The description of the API of the page in OpenAPI 3.1. */
function toOpenApi(): string {
  const paths: Record<string, Record<string, object>> = {};
  for (const entry of [...API, ...FRAMES])
    paths[entry.path] = { ...paths[entry.path], [entry.method]: toOperation(entry) };
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'tidegate: the API of the page',
      version: '1',
      description:
        'Paths are relative to the address of the page. Where there is a token, programs send it as `Authorization: Bearer`; browsers get a cookie for it from `POST /api/login` with `{"token":"…"}`. POST takes application/json alone. A name or a number that is not known is null.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      schemas: { Error: schemaOf(errorSchema) },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{}, { token: [] }],
    'x-errors': HTTP_ERRORS,
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function toOperation({
  path,
  about,
  query = {},
  method,
  ...entry
}: Omit<ApiEntry, 'answer'> & Partial<ApiEntry>): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => toParameter(name as string, 'path'));
  const inQuery = Object.entries(query).map(([name, help]) => toParameter(name, 'query', help));
  const refusal = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  const content =
    entry.answer === undefined
      ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
      : { 'application/json': { schema: schemaOf(entry.answer) } };
  return {
    summary: about,
    ...(inPath.length + inQuery.length > 0 && { parameters: [...inPath, ...inQuery] }),
    ...(method === 'post' && { requestBody: { content: { 'application/json': { schema: { type: 'object' } } } } }),
    responses: {
      '200': { description: 'The answer', content },
      default: { description: 'A refusal', content: refusal },
    },
  };
}

function toParameter(name: string, place: 'path' | 'query', description?: string): object {
  const isRequired = place === 'path' || name === 'id';
  return {
    name,
    in: place,
    ...(isRequired && { required: true }),
    ...(description && { description }),
    schema: { type: 'string' },
  };
}

function schemaOf(schema: ApiEntry['answer']): object {
  const { $schema: _, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', target: 'draft-2020-12' });
  return rest;
}
