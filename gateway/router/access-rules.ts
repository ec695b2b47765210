/**
 * Who may see what, as the supergraph says: `@authenticated`, `@requiresScopes`, `@policy`, on types and on fields.
 *
 * A rule that could not be enforced is no rule: whatever is not understood here makes the supergraph unusable.
 */
import {
  type ASTNode,
  type ConstDirectiveNode,
  type ConstValueNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
  type TypeNode,
  visit,
} from 'graphql';
import { type Alternatives, across, covers } from './alternatives.ts';
import { argumentOf, textOf } from './directives.ts';

export interface Rule {
  /** The type or the field that it stands at. */
  readonly coordinate: string;
  /** Empty: none is needed. */
  readonly scopes: Alternatives;
  readonly policies: Alternatives;
}

export interface Rules {
  readonly isEmpty: boolean;
  /** For an object of this type, or a value of this scalar or enum; with those of its interfaces. */
  ofType(name: string): readonly Rule[];
  /** For this field; with those of its interfaces, of what it returns, and of what it is made of by `@requires`. */
  ofField(type: string, field: string): readonly Rule[];
}

export const ACCESS_RULES = ['authenticated', 'requiresScopes', 'policy'] as const;
type Spec = (typeof ACCESS_RULES)[number];
const ARGUMENT: Readonly<Record<Spec, 'scopes' | 'policies' | undefined>> = {
  authenticated: undefined,
  requiresScopes: 'scopes',
  policy: 'policies',
};
const SPEC_URL = new RegExp(`^https://specs\\.apollo\\.dev/(${ACCESS_RULES.join('|')})/(v[\\d.]+)$`);
const VERSION = 'v0.1';
/** Security that is seen to elsewhere: the public schema does not hold what is inaccessible. */
const SEEN_TO = /^https:\/\/specs\.apollo\.dev\/inaccessible\/v0\.[12]$/;
const GUARDED: ReadonlySet<string> = new Set([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.SCALAR_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.FIELD_DEFINITION,
]);

/**
 * @param policies Names of the policies that there are.
 * @throws {Error} with every reason why the rules of this supergraph can't be enforced.
 */
export function rulesIn(supergraphSdl: string, policies: ReadonlySet<string>): Rules {
  const document = parse(supergraphSdl, { noLocation: true });
  const reasons: string[] = [];
  const found = placedRules(document, specsIn(document, reasons), reasons);
  for (const { coordinate, policies: named } of found.values()) {
    for (const name of new Set(named.flat())) {
      if (!policies.has(name)) reasons.push(`${coordinate} has the policy "${name}", which this gateway does not know`);
    }
  }
  if (reasons.length > 0) throw new Error(`access can't be enforced: ${[...new Set(reasons)].join('; ')}`);
  return new PlacedRules(document, found);
}

/** The directives that are rules, by the names that they have here. */
function specsIn(document: DocumentNode, reasons: string[]): ReadonlyMap<string, Spec> {
  const specs = new Map<string, Spec>(ACCESS_RULES.map(name => [name, name]));
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION) continue;
    for (const link of definition.directives ?? []) {
      const url = textOf(argumentOf(link, 'url'));
      const purpose = argumentOf(link, 'for');
      const [, spec, version] = SPEC_URL.exec(url ?? '') ?? [];
      if (spec && version !== VERSION) reasons.push(`${url} is another version than ${VERSION}`);
      const isSecurity = purpose?.kind === Kind.ENUM && purpose.value === 'SECURITY';
      if (isSecurity && !spec && !SEEN_TO.test(url ?? '')) reasons.push(`${url} is a security feature of other kind`);
      if (spec) for (const name of namesIn(link, spec)) specs.set(name, spec as Spec);
    }
  }
  return specs;
}

/** What a link calls the directive of its own name. */
function namesIn(link: ConstDirectiveNode, spec: string): readonly string[] {
  const imported = argumentOf(link, 'import');
  const names =
    imported?.kind !== Kind.LIST
      ? []
      : imported.values.flatMap(one => {
          if (one.kind === Kind.STRING) return one.value;
          if (one.kind !== Kind.OBJECT) return [];
          const [name, as] = ['name', 'as'].map(key =>
            textOf(one.fields.find(field => field.name.value === key)?.value),
          );
          return name === `@${spec}` ? (as ?? name) : [];
        });
  const as = textOf(argumentOf(link, 'as'));
  return [...names.map(name => name.replace(/^@/, '')), ...(as === undefined ? [] : [as, `${as}__${spec}`])];
}

function placedRules(
  document: DocumentNode,
  specs: ReadonlyMap<string, Spec>,
  reasons: string[],
): ReadonlyMap<string, Rule> {
  const placed = new Map<string, Rule>();
  let type = '';
  visit(document, {
    enter(node) {
      if ('name' in node && node.name && /TypeDefinition$/.test(node.kind)) type = node.name.value;
      const directives = directivesOf(node).filter(({ name }) => specs.has(name.value));
      if (directives.length === 0) return;
      if (!GUARDED.has(node.kind)) {
        const names = directives.map(({ name }) => `@${name.value}`).join(', ');
        reasons.push(`${names} at a ${node.kind} of ${type || 'the schema'} is not enforced`);
        return;
      }
      const coordinate = node.kind === Kind.FIELD_DEFINITION ? `${type}.${node.name.value}` : type;
      placed.set(coordinate, ruleOf(coordinate, directives, specs, reasons));
    },
  });
  return placed;
}

const directivesOf = (node: ASTNode): readonly ConstDirectiveNode[] =>
  'directives' in node ? ((node.directives ?? []) as readonly ConstDirectiveNode[]) : [];

function ruleOf(
  coordinate: string,
  directives: readonly ConstDirectiveNode[],
  specs: ReadonlyMap<string, Spec>,
  reasons: string[],
): Rule {
  const needed: Record<'scopes' | 'policies', Alternatives> = { scopes: [], policies: [] };
  for (const directive of directives) {
    const argument = ARGUMENT[specs.get(directive.name.value) as Spec];
    if (argument === undefined) continue;
    const read = alternativesIn(argumentOf(directive, argument));
    if (!read) reasons.push(`${coordinate}: @${directive.name.value} names no ${argument}, or an empty list of them`);
    // Both must hold, where two stand at one place.
    else needed[argument] = needed[argument].length === 0 ? read : across(needed[argument], read);
  }
  return { coordinate, ...needed };
}

/** Undefined unless it is a list of lists of names, none of them empty: no alternative lets nobody in, no name everybody. */
function alternativesIn(value: ConstValueNode | undefined): Alternatives | undefined {
  const lists = value?.kind === Kind.LIST ? value.values : [];
  const read = lists.map(list => (list.kind === Kind.LIST ? list.values.map(name => textOf(name) ?? '') : []));
  return read.length > 0 && read.every(names => names.length > 0 && !names.includes('')) ? read : undefined;
}

class PlacedRules implements Rules {
  readonly #placed: ReadonlyMap<string, Rule>;
  readonly #types = new Map<string, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>();
  readonly #ofFields = new Map<string, readonly Rule[]>();

  constructor({ definitions }: DocumentNode, placed: ReadonlyMap<string, Rule>) {
    this.#placed = placed;
    for (const node of definitions) {
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
        this.#types.set(node.name.value, node);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#placed.size === 0;
  }

  ofType(name: string): readonly Rule[] {
    return this.#at(name, '');
  }

  ofField(type: string, field: string): readonly Rule[] {
    const coordinate = `${type}.${field}`;
    const before = this.#ofFields.get(coordinate);
    if (before) return before;
    // For a field that is asked for while it is worked out: what it is made of can't be made of it.
    this.#ofFields.set(coordinate, []);
    const definitions = this.#kindsOf(type).flatMap(kind => this.#field(kind, field) ?? []);
    const rules = new Set([
      ...this.#at(type, `.${field}`),
      ...definitions.flatMap(({ type: returned }) => this.ofType(nameOf(returned))),
      ...definitions.flatMap(({ directives = [] }) => directives.flatMap(one => this.#ofRequired(type, one))),
    ]);
    this.#ofFields.set(coordinate, [...rules]);
    return [...rules];
  }

  /** The type with all of its interfaces. */
  #kindsOf(name: string): readonly string[] {
    return [name, ...(this.#types.get(name)?.interfaces ?? []).map(node => node.name.value)];
  }

  /** At the type or its field, and there at its interfaces. */
  #at(type: string, field: string): readonly Rule[] {
    return this.#kindsOf(type).flatMap(kind => {
      const rule = this.#placed.get(kind + field);
      return rule && (kind === type || !this.#sumsUp(rule, kind, field)) ? rule : [];
    });
  }

  /**
   * Whether a composer made the rule of an interface from those of its objects: then it says no more than they do, and
   * an object is not bound by what another one guards.
   */
  #sumsUp({ scopes, policies }: Rule, type: string, field: string): boolean {
    const [, ...objects] = this.#objectsOf(type);
    const parts = objects.flatMap(object => this.#placed.get(object + field) ?? []);
    const isSaid = (all: Alternatives, of: 'scopes' | 'policies') =>
      follows(
        all,
        parts.flatMap(part => [part[of]]),
      );
    return parts.length > 0 && isSaid(scopes, 'scopes') && isSaid(policies, 'policies');
  }

  #field(type: string, name: string): FieldDefinitionNode | undefined {
    return this.#types.get(type)?.fields?.find(field => field.name.value === name);
  }

  /** The type itself, and the objects of an interface. */
  #objectsOf(type: string): readonly string[] {
    const objects = [...this.#types].filter(([, { interfaces = [] }]) =>
      interfaces.some(one => one.name.value === type),
    );
    return [type, ...objects.map(([name]) => name)];
  }

  #ofRequired(type: string, directive: ConstDirectiveNode): readonly Rule[] {
    const required = directive.name.value === 'join__field' ? textOf(argumentOf(directive, 'requires')) : undefined;
    if (required === undefined) return [];
    return parse(`{ ${required} }`, { noLocation: true }).definitions.flatMap(definition =>
      'selectionSet' in definition ? this.#ofSelected(type, definition.selectionSet) : [],
    );
  }

  #ofSelected(type: string, { selections }: SelectionSetNode): readonly Rule[] {
    return selections.flatMap(selection => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        return this.#ofSelected(selection.typeCondition?.name.value ?? type, selection.selectionSet);
      }
      const name = selection.name.value;
      const definition = this.#field(type, name);
      const below =
        definition && selection.selectionSet ? this.#ofSelected(nameOf(definition.type), selection.selectionSet) : [];
      return [...this.#objectsOf(type).flatMap(kind => this.ofField(kind, name)), ...below];
    });
  }
}

/** More are not worth the work: the rule then binds all objects. */
const combinationsMax = 256;

/** Whether whoever satisfies all the parts satisfies this too. */
function follows(needed: Alternatives, parts: readonly Alternatives[]): boolean {
  if (needed.length === 0) return true;
  const asked = parts.filter(({ length }) => length > 0);
  if (asked.reduce((product, { length }) => product * length, 1) > combinationsMax) return false;
  return covers(asked.reduce(across, [[]]), needed);
}

const nameOf = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type));
