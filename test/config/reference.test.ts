import { describe, expect, it } from 'vitest';

import { toEditorSchema } from './toEditorSchema.ts';
import { toReference } from './toReference.ts';

interface Property {
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Record<string, Property>;
  readonly items?: Property;
  readonly additionalProperties?: unknown;
}

/** `npx vitest run test/config -u` writes both files anew. */
describe('what is made from the schema', () => {
  it('is the reference', async () => {
    await expect(toReference()).toMatchFileSnapshot('../../config/reference.md');
  });

  it('is the JSON schema', async () => {
    await expect(toEditorSchema()).toMatchFileSnapshot('../../config/tidegate.schema.json');
  });

  it('gives every option a title and a help text, and closes every section', () => {
    const bare: string[] = [];
    const walk = (path: string, { properties = {}, items, additionalProperties }: Property): void => {
      if (Object.keys(properties).length > 0) expect([path, additionalProperties]).toEqual([path, false]);
      for (const [key, property] of Object.entries(properties)) {
        if (!property.title || !property.description) bare.push(`${path}.${key}`);
        walk(`${path}.${key}`, property);
      }
      if (items !== undefined) walk(`${path}[]`, items);
    };
    const schema = JSON.parse(toEditorSchema()) as Property;
    walk('', schema);
    expect(bare).toEqual([]);
    expect(
      schema.properties?.['streams']?.items?.properties?.['model']?.properties?.['bptt']?.properties?.['window'],
    ).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 512,
      default: 32,
      title: 'k2',
    });
  });

  it('names every option with its default in the reference', () => {
    const reference = toReference();
    expect(reference).toContain('| `keepalive` | duration, 5s to 18h | `60s` | | link |');
    expect(reference).toContain('| `server` | URL | **required** | | link |');
    expect(reference).toContain('| `window` | integer, 1 to 512 | `32` | steps | stream |');
    expect(reference).toContain('## defaults.model.bptt');
    expect(reference).not.toMatch(/undefined|\[object/);
  });
});
