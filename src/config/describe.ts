import type { TObject, TSchema } from 'typebox';
import type { ProviderDefinition } from '../ports/provider.ts';
import { settingVariable } from './provider-settings.ts';
import { variables } from './variables.ts';

interface Described {
  readonly name: string;
  readonly description: string;
  readonly fallback: string;
  readonly secret: boolean;
  readonly required: boolean;
}

interface Section {
  readonly title: string;
  readonly variables: readonly Described[];
}

/** `.env.example`: every variable there is, commented out with its default. */
export function environmentExample(definitions: readonly ProviderDefinition[]): string {
  const lines = ['# Every setting with its default. Copy to .env and uncomment what you change.'];
  for (const section of sections(definitions)) {
    lines.push('', `# ${section.title}`);
    for (const { name, description, fallback } of section.variables) {
      lines.push(`# ${description}`, `#${name}=${fallback}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The same as a Markdown table. */
export function variablesTable(definitions: readonly ProviderDefinition[]): string {
  const rows = ['| variable | default | meaning |', '|---|---|---|'];
  for (const section of sections(definitions)) {
    for (const { name, description, fallback, secret, required } of section.variables) {
      const shown = required ? '(needed)' : fallback === '' ? '–' : `\`${fallback}\``;
      rows.push(
        `| \`${name}\`${secret ? ' (secret)' : ''} | ${shown} | ${description.replaceAll('|', '\\|')} |`,
      );
    }
  }
  return rows.join('\n');
}

function sections(definitions: readonly ProviderDefinition[]): Section[] {
  return [
    { title: 'Server', variables: describe(variables, (property) => property) },
    ...definitions
      .filter(({ settings }) => Object.keys(settings.properties).length > 0)
      .filter(
        ({ family }, i) =>
          family === undefined || definitions.findIndex((other) => other.family === family) === i,
      )
      .map((definition) => ({
        title: definition.family
          ? `Providers of the family ${definition.family}`
          : `Provider ${definition.name} (${definition.id})`,
        variables: describe(definition.settings, (setting) => settingVariable(definition, setting)),
      })),
  ];
}

function describe(schema: TObject, nameOf: (property: string) => string): Described[] {
  const required: readonly string[] = schema.required ?? [];
  return Object.entries<TSchema>(schema.properties).map(([property, declared]) => {
    const {
      description = '',
      default: value,
      secret = false,
    } = declared as {
      description?: string;
      default?: unknown;
      secret?: boolean;
    };
    return {
      name: nameOf(property),
      description,
      fallback: value === undefined ? '' : Array.isArray(value) ? value.join(',') : String(value),
      secret,
      required: required.includes(property) && value === undefined,
    };
  });
}
