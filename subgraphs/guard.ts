/**
 * The check that a department makes by itself, whoever has checked before: its own schema's `@authenticated`,
 * `@requiresScopes` and `@policy`, before a resolver runs.
 */
import {
  type ConstDirectiveNode,
  type ConstValueNode,
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
  isUnionType,
  Kind,
} from 'graphql';
import { unauthenticated } from './bearer.ts';
import { type Caller, scopesOf } from './caller.ts';
import { Refusal } from './errors.ts';
import { policyOf } from './policies.ts';
import { CannotStart } from './process.ts';

/** What a guarded field looks for in its contextValue. */
export interface Asked {
  /** Null, or absent, for one that nobody knows. */
  readonly caller?: Caller | null;
}

/** One of the alternatives must hold, with all of its names. */
type Alternatives = readonly (readonly string[])[];
interface Rule {
  readonly scopes: Alternatives;
  readonly policies: Alternatives;
}

const ARGUMENT: Readonly<Record<string, 'scopes' | 'policies' | undefined>> = {
  requiresScopes: 'scopes',
  policy: 'policies',
};
const isRule = ({ name: { value } }: ConstDirectiveNode): boolean => value === 'authenticated' || value in ARGUMENT;

/**
 * Puts a check before each resolver of the schema that a rule guards.
 *
 * @throws {CannotStart} for a rule that could not be kept.
 */
export function guard(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    mustBeKept(type);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const kinds: readonly GraphQLNamedType[] = [type, ...type.getInterfaces(), getNamedType(field.type)];
      const inherited = type.getInterfaces().flatMap(one => one.getFields()[field.name] ?? []);
      const rules = [
        ...kinds.flatMap(kind => rulesAt(directivesOf(kind), kind.name)),
        ...[field, ...inherited].flatMap(one => rulesAt(one.astNode?.directives, `${type.name}.${field.name}`)),
      ];
      if (rules.length > 0) check(field, `${type.name}.${field.name}`, rules);
    }
  }
  return schema;
}

const directivesOf = ({ astNode, extensionASTNodes }: GraphQLNamedType): readonly ConstDirectiveNode[] =>
  [astNode, ...extensionASTNodes].flatMap(node => node?.directives ?? []);

/** Nothing looks at the rules of inputs and unions. */
function mustBeKept(type: GraphQLNamedType): void {
  const parts = isInputObjectType(type) ? Object.values(type.getFields()) : [];
  const held = [...directivesOf(type), ...parts.flatMap(({ astNode }) => astNode?.directives ?? [])];
  if ((isInputObjectType(type) || isUnionType(type)) && held.some(isRule)) {
    throw new CannotStart(`A rule of access at ${type.name} would not be kept.`);
  }
}

function rulesAt(directives: readonly ConstDirectiveNode[] = [], coordinate: string): readonly Rule[] {
  return directives.filter(isRule).map(({ name: { value: name }, arguments: given = [] }) => {
    const argument = ARGUMENT[name];
    if (argument === undefined) return { scopes: [], policies: [] };
    const alternatives = alternativesIn(given.find(one => one.name.value === argument)?.value);
    const isGood = alternatives.length > 0 && alternatives.every(all => all.length > 0);
    if (!isGood) throw new CannotStart(`@${name} at ${coordinate} names no ${argument}.`);
    const unknown = argument === 'policies' && alternatives.flat().find(policy => !policyOf(policy));
    if (unknown) throw new CannotStart(`@policy at ${coordinate} names "${unknown}", which nobody has defined.`);
    return { scopes: [], policies: [], [argument]: alternatives };
  });
}

/** The `scopes` or `policies` of a rule, as they stand in a schema. */
export const alternativesIn = (value: ConstValueNode | undefined): Alternatives =>
  value?.kind !== Kind.LIST
    ? []
    : value.values.map(all =>
        all.kind === Kind.LIST ? all.values.flatMap(name => (name.kind === Kind.STRING ? name.value : [])) : [],
      );

function check(field: GraphQLField<unknown, Asked>, coordinate: string, rules: readonly Rule[]): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (of, args, context, info) => {
    const caller = context?.caller;
    if (!caller) throw unauthenticated(`${coordinate} needs a bearer token`);
    for (const rule of rules) {
      if (!holds(rule.scopes, scope => scopesOf(caller).includes(scope)))
        throw forbidden(coordinate, 'scope', rule.scopes);
      const isAllowed = (policy: string) => policyOf(policy)?.(caller, { coordinate, args, of }) ?? false;
      if (!holds(rule.policies, isAllowed)) throw forbidden(coordinate, 'policy', rule.policies);
    }
    return resolve(of, args, context, info);
  };
}

const holds = (alternatives: Alternatives, has: (name: string) => boolean): boolean =>
  alternatives.length === 0 || alternatives.some(all => all.every(has));

const forbidden = (coordinate: string, kind: string, needed: Alternatives): Refusal => {
  const either = needed.map(all => all.join(' and ')).join(' or ');
  return new Refusal('FORBIDDEN', `${coordinate} needs the ${kind} ${either}, which this caller does not have`);
};
