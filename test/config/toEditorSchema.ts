import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { configSchema } from '../../src/config/schema/configSchema.ts';

/** The JSON schema that editors use for completion and help; the program itself never needs it. */
export function toEditorSchema(): string {
  const schema = toJsonSchema(configSchema, {
    typeMode: 'input',
    // What a JSON schema cannot say is said when the file is loaded.
    ignoreActions: ['check', 'raw_check', 'finite'],
    overrideAction: ({ valibotAction, jsonSchema }) => {
      if (valibotAction.type !== 'metadata') return undefined;
      const { kind, unit, applies, ...rest } = jsonSchema as Record<string, unknown>;
      if (typeof unit === 'string') rest['description'] = `${String(rest['description'])} [${unit}]`;
      if (typeof applies === 'string') rest['description'] = `${String(rest['description'])} Applies: ${applies}.`;
      return rest as JsonSchema;
    },
  });
  // With `source` there need be no entry.
  const { required = [], ...rest } = schema;
  const fewer = required.filter((key) => key !== 'streams');
  const anyOf = [{ required: ['streams'] }, { required: ['source'] }];
  return `${JSON.stringify({ title: 'tidegate configuration', ...rest, required: fewer, anyOf }, undefined, 2)}\n`;
}
