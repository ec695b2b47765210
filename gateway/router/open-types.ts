/**
 * Where more than one type is possible: whether it matters which one an object is.
 *
 * A department is asked for a type only where it does. Some do not know it: to one that sees an interface as an object
 * (`@interfaceObject`), each is just that interface, and another department would have to be asked, or nobody could tell.
 * And a planner may send for a type where everything else is already provided.
 */
import {
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionNode,
} from 'graphql';

/** Whether some of an abstract type's possible types, by its name, are hidden from clients. */
export type HasHidden = (abstractType: string) => boolean;

interface ByName {
  get(name: string): { readonly typeCondition: { readonly name: { readonly value: string } } } | undefined;
}

/**
 * Of which objects the type must be known: of all, or of those of certain types only. An object that does not tell its
 * type is then none of these.
 *
 * @param asked What is selected directly of one object of this type; deeper sets are judged on their own.
 */
export function typesToTell(
  type: GraphQLCompositeType | null | undefined,
  asked: readonly SelectionNode[],
  schema: GraphQLSchema,
  fragments: ByName,
  hasHidden: HasHidden,
): 'all' | ReadonlySet<string> {
  if (!isAbstractType(type)) return NONE;
  if (!isInterfaceType(type) || hasHidden(type.name)) return 'all';
  const fields = type.getFields();
  const possible = schema.getPossibleTypes(type);
  const certain = new Set<string>();
  for (const selection of asked) {
    if (selection.kind === Kind.FIELD) {
      const field = fields[selection.name.value];
      // A type may promise more than its interface: what is null there costs more here.
      const differs = possible.some(
        concrete => field && !sameNulls(field.type, concrete.getFields()[field.name]?.type),
      );
      if (differs || !field) return 'all';
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    const condition = schema.getType(fragment?.typeCondition?.name.value ?? type.name);
    if (isObjectType(condition)) certain.add(condition.name);
    else if (condition !== type && !(isInterfaceType(condition) && schema.isSubType(condition, type))) return 'all';
  }
  return certain;
}

const NONE: ReadonlySet<string> = new Set();

function sameNulls(one: GraphQLOutputType, other: GraphQLOutputType | undefined): boolean {
  if (isNonNullType(one) !== isNonNullType(other)) return false;
  if (isNonNullType(one) && isNonNullType(other)) return sameNulls(one.ofType, other.ofType);
  if (isListType(one) && isListType(other)) return sameNulls(one.ofType, other.ofType);
  return true;
}
