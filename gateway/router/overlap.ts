/**
 * "Field selection merging": fields under one response key must be one field with one set of arguments wherever they can
 * meet in an answer, and of one shape everywhere. https://spec.graphql.org/October2021/#sec-Field-Selection-Merging
 *
 * graphql-js compares every field with every other of its key, which is quadratic at each level: 500 equal fields cost
 * 40 ms. Here each field is compared with the first of its group, after a thought of Simon Adameit's: the groups of a
 * level are formed once, and what is selected below a group is one level again.
 */
import {
  type ArgumentNode,
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { exceeded } from './limits.ts';

/**
 * Fields looked at in one operation. An operation within the other limits takes some thousand; types that are cut up by
 * fragments on objects, level below level, could multiply without end.
 */
export const OVERLAP_STEPS_MAX = 20_000;

/** A field where it is selected. */
interface Selected {
  readonly node: FieldNode;
  readonly key: string;
  /** The object type, of which no other object is; undefined where the field may be on several. */
  readonly on: string | undefined;
  /** Undefined for a field that is not known, which is another rule's error. */
  readonly type: GraphQLOutputType | undefined;
  readonly below: Level | undefined;
}

/** What stands between two braces, and on which type. */
interface Level {
  readonly set: SelectionSetNode;
  readonly parent: string | undefined;
}

/** Reports conflicts, and an operation too intricate to be looked through. */
export function overlapRule(context: ValidationContext, stepsMax = OVERLAP_STEPS_MAX): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const root = context.getSchema().getRootType(operation.operation);
      const error = new Overlap(context, stepsMax).errorOf(operation, root?.name);
      if (error) context.reportError(error);
      return false;
    },
  };
}

class TooIntricate extends Error {}

class Overlap {
  readonly #schema: GraphQLSchema;
  readonly #fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined;
  readonly #stepsMax: number;
  readonly #expanded = new Map<SelectionSetNode, Map<string | undefined, readonly Selected[]>>();
  #steps = 0;

  constructor(context: ValidationContext, stepsMax: number) {
    this.#schema = context.getSchema();
    this.#fragmentOf = name => context.getFragment(name);
    this.#stepsMax = stepsMax;
  }

  errorOf(operation: OperationDefinitionNode, parent: string | undefined): GraphQLError | undefined {
    const root = [{ set: operation.selectionSet, parent }];
    try {
      return this.#fieldsDiffer(root, []) ?? this.#shapesDiffer(root, []);
    } catch (thrown) {
      if (!(thrown instanceof TooIntricate)) throw thrown;
      const [limit, found] = [this.#stepsMax, this.#steps];
      const sentence = `The operation needs more than ${limit} steps to see that its fields merge: it stops after ${found}`;
      return exceeded('OVERLAP_LIMIT', sentence, { limit, found, nodes: operation });
    }
  }

  /** Fields of one key are of one shape, on whatever objects they are. */
  #shapesDiffer(levels: readonly Level[], path: readonly string[]): GraphQLError | undefined {
    for (const [key, group] of this.#groups(levels)) {
      const [first, ...others] = group as [Selected, ...Selected[]];
      const other = others.find(({ type }) => first.type && type && shapesDiffer(first.type, type));
      if (other) {
        return conflict([...path, key], [first, other], `they return types "${first.type}" and "${other.type}"`);
      }
      const error = this.#shapesDiffer(levelsBelow(group), [...path, key]);
      if (error) return error;
    }
    return undefined;
  }

  /** Fields of one key that can be on one object are the same field with the same arguments. */
  #fieldsDiffer(levels: readonly Level[], path: readonly string[]): GraphQLError | undefined {
    for (const [key, group] of this.#groups(levels)) {
      for (const meeting of meetings(group)) {
        const [first, ...others] = meeting as [Selected, ...Selected[]];
        const name = first.node.name.value;
        const other = others.find(({ node }) => node.name.value !== name);
        if (other) {
          const words = `"${name}" and "${other.node.name.value}" are different fields`;
          return conflict([...path, key], [first, other], words);
        }
        const given = argumentsOf(first.node);
        const unlike = others.find(({ node }) => argumentsOf(node) !== given);
        if (unlike) return conflict([...path, key], [first, unlike], 'they have differing arguments');
        const error = this.#fieldsDiffer(levelsBelow(meeting), [...path, key]);
        if (error) return error;
      }
    }
    return undefined;
  }

  #groups(levels: readonly Level[]): Map<string, Selected[]> {
    const groups = new Map<string, Selected[]>();
    for (const level of levels) {
      for (const field of this.#fieldsOf(level)) {
        this.#step();
        const group = groups.get(field.key);
        if (group) group.push(field);
        else groups.set(field.key, [field]);
      }
    }
    return groups;
  }

  /** Of a level with all fragments spread out; the same ones each time it is asked for. */
  #fieldsOf({ set, parent }: Level): readonly Selected[] {
    let byParent = this.#expanded.get(set);
    if (!byParent) {
      byParent = new Map();
      this.#expanded.set(set, byParent);
    }
    const before = byParent.get(parent);
    if (before) return before;
    const fields: Selected[] = [];
    this.#spread(set, parent, fields, new Set());
    byParent.set(parent, fields);
    return fields;
  }

  #spread(set: SelectionSetNode, parent: string | undefined, into: Selected[], spread: Set<string>): void {
    for (const selection of set.selections) {
      this.#step();
      if (selection.kind === Kind.FIELD) into.push(this.#selected(selection, parent));
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.#spread(selection.selectionSet, selection.typeCondition?.name.value ?? parent, into, spread);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = this.#fragmentOf(selection.name.value);
        if (fragment) this.#spread(fragment.selectionSet, fragment.typeCondition.name.value, into, spread);
      }
    }
  }

  #selected(node: FieldNode, parentName: string | undefined): Selected {
    const parent = parentName === undefined ? undefined : this.#schema.getType(parentName);
    const hasFields = isObjectType(parent) || isInterfaceType(parent);
    const type = hasFields ? parent.getFields()[node.name.value]?.type : undefined;
    const below = type && getNamedType(type).name;
    return {
      node,
      key: (node.alias ?? node.name).value,
      on: isObjectType(parent) ? parentName : undefined,
      type,
      below: node.selectionSet && { set: node.selectionSet, parent: below },
    };
  }

  #step(): void {
    if (++this.#steps > this.#stepsMax) throw new TooIntricate();
  }
}

/** The parts of a group whose fields can be on one object: those of each object type, each with those that are open. */
function meetings(group: readonly Selected[]): readonly (readonly Selected[])[] {
  const types = new Set(group.map(({ on }) => on));
  if (types.size === 1) return [group];
  types.delete(undefined);
  return [...types].map(type => group.filter(({ on }) => on === type || on === undefined));
}

const levelsBelow = (group: readonly Selected[]): Level[] => group.flatMap(({ below }) => below ?? []);

function shapesDiffer(one: GraphQLOutputType, other: GraphQLOutputType): boolean {
  if (isListType(one) || isListType(other)) {
    return !isListType(one) || !isListType(other) || shapesDiffer(one.ofType, other.ofType);
  }
  if (isNonNullType(one) || isNonNullType(other)) {
    return !isNonNullType(one) || !isNonNullType(other) || shapesDiffer(one.ofType, other.ofType);
  }
  if (isLeafType(one) || isLeafType(other)) return one !== other;
  return isCompositeType(one) !== isCompositeType(other);
}

/** In one order, so that two that say the same are equal. */
const argumentsOf = ({ arguments: given }: FieldNode): string =>
  given?.length ? given.map(printed).sort().join(',') : '';

/** A value may be written in two ways that mean the same; as in graphql-js, they are one only when they look alike. */
const printed = (argument: ArgumentNode): string => print(argument);

function conflict(path: readonly string[], [one, other]: readonly [Selected, Selected], why: string): GraphQLError {
  return new GraphQLError(
    `Fields "${path.join('.')}" conflict because ${why}. Use different aliases on the fields to fetch both if this was intentional.`,
    { nodes: [one.node, other.node] },
  );
}
