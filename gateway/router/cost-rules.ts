/** What the departments say their fields cost: `@cost` and `@listSize`, as the supergraph carries them. */
import {
  type ASTNode,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  valueFromASTUntyped,
  visit,
} from 'graphql';

/** `@listSize` of a field that is a list, or that leads to the lists named in `sizedFields`. */
export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments that ask for so many. */
  readonly slicingArguments: readonly string[];
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

export interface CostRules {
  /** By type; by `Type.field`; by `Type.field.argument`; by `Input.field`. */
  readonly weights: ReadonlyMap<string, number>;
  /** By `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

/** The specification of both, whatever a supergraph calls its directives. */
const COST_SPEC = /^https:\/\/specs\.apollo\.dev\/cost\/v0\.1$/;

export function costRulesIn(supergraph: DocumentNode): CostRules {
  const names = namesIn(supergraph);
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const take = (place: string, directives: readonly ConstDirectiveNode[] = []): void => {
    for (const directive of directives) {
      const given = argumentsOf(directive);
      if (directive.name.value === names.cost) weights.set(place, Number(given.weight));
      if (directive.name.value === names.listSize) listSizes.set(place, listSizeOf(given));
    }
  };
  for (const definition of supergraph.definitions) {
    if (!('name' in definition) || !definition.name || definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
    const type = definition.name.value;
    take(type, (definition as { directives?: readonly ConstDirectiveNode[] }).directives);
    for (const field of fieldsOf(definition)) {
      const place = `${type}.${field.name.value}`;
      take(place, field.directives);
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      for (const argument of field.arguments ?? []) take(`${place}.${argument.name.value}`, argument.directives);
    }
  }
  return { weights, listSizes };
}

function fieldsOf(definition: DocumentNode['definitions'][number]) {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return definition.fields ?? [];
    default:
      return [];
  }
}

/** A directive that bears its specification's name needs no import; one that was imported may bear any name. */
function namesIn(supergraph: DocumentNode): { readonly cost: string; readonly listSize: string } {
  const names = { cost: 'cost', listSize: 'cost__listSize' };
  const onSchema: ASTNode[] = supergraph.definitions.filter(
    ({ kind }) => kind === Kind.SCHEMA_DEFINITION || kind === Kind.SCHEMA_EXTENSION,
  );
  for (const schema of onSchema) {
    visit(schema, {
      Directive(directive) {
        const { url, import: imported } = argumentsOf(directive);
        if (directive.name.value !== 'link' || !COST_SPEC.test(String(url)) || !Array.isArray(imported)) return;
        for (const each of imported as (string | { name: string; as?: string })[]) {
          const [name, as] = typeof each === 'string' ? [each, each] : [each.name, each.as ?? each.name];
          if (name === '@cost') names.cost = as.slice(1);
          if (name === '@listSize') names.listSize = as.slice(1);
        }
      },
    });
  }
  return names;
}

function listSizeOf(given: Readonly<Record<string, unknown>>): ListSize {
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  return {
    assumedSize: typeof given.assumedSize === 'number' ? given.assumedSize : undefined,
    slicingArguments: texts(given.slicingArguments),
    sizedFields: texts(given.sizedFields),
    requireOneSlicingArgument: given.requireOneSlicingArgument !== false,
  };
}

const argumentsOf = ({ arguments: given = [] }: DirectiveNode): Readonly<Record<string, unknown>> =>
  Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
