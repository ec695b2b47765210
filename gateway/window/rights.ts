import { type ConstValueNode, type FieldDefinitionNode, Kind, parse } from 'graphql';
import { unauthenticated } from '../../subgraphs/bearer.ts';
import { type Caller, scopesOf } from '../../subgraphs/caller.ts';
import { Refusal } from '../../subgraphs/errors.ts';
import { alternativesIn } from '../../subgraphs/guard.ts';
import type { Mutation } from './generated/types.ts';
import { windowSdl } from './schema.ts';

/** Who may do what stands in the window's SDL, by mutation: all scopes of one of the lists. Whoever has none may look. */
const MAY = new Map(mutations().map(field => [field.name.value, alternativesIn(scopesOfRule(field))]));

/** @throws {Refusal} FORBIDDEN */
export function mustBeAllowed(mutation: keyof Mutation, caller: Caller): void {
  const alternatives = MAY.get(mutation) ?? [];
  const scopes = scopesOf(caller);
  if (alternatives.some(all => all.every(scope => scopes.includes(scope)))) return;
  const needed = alternatives.map(all => all.join(' and ')).join(' or ');
  throw new Refusal(
    'FORBIDDEN',
    `${mutation} needs ${needed || 'what nobody has'}; this token has role:${caller.role}`,
  );
}

/** @throws {Refusal} UNAUTHENTICATED */
export function mustBeKnown(caller: Caller | null): Caller {
  if (caller) return caller;
  throw unauthenticated('this needs a bearer token: npm run token -- CLERK prints one for the demo');
}

function mutations(): readonly FieldDefinitionNode[] {
  return parse(windowSdl, { noLocation: true }).definitions.flatMap(definition =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === 'Mutation'
      ? (definition.fields ?? [])
      : [],
  );
}

function scopesOfRule({ directives = [] }: FieldDefinitionNode): ConstValueNode | undefined {
  return directives.find(({ name }) => name.value === 'requiresScopes')?.arguments?.[0]?.value;
}
