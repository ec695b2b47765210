/** Everything in an SDL that can bear a directive, by its coordinate. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  type Kind,
} from 'graphql';

export interface Element {
  /** `Type`, `Type.field`, `Type.field(argument:)`; values of enums stand as fields do. */
  readonly coordinate: string;
  readonly kind: Kind;
  /** The type of a field, the field of an argument; undefined for a type. */
  readonly parent: string | undefined;
  /** Of the definition and of all extensions. */
  readonly directives: readonly ConstDirectiveNode[];
}

interface Node {
  readonly kind: Kind;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

export function elementsOf({ definitions }: DocumentNode): ReadonlyMap<string, Element> {
  const elements = new Map<string, Element>();
  const add = (coordinate: string, { kind, directives = [] }: Node, parent?: string): void => {
    const before = elements.get(coordinate)?.directives ?? [];
    elements.set(coordinate, { coordinate, kind, parent, directives: [...before, ...directives] });
  };
  for (const definition of definitions) {
    if (!isTypeDefinitionNode(definition) && !isTypeExtensionNode(definition)) continue;
    const type = definition.name.value;
    add(type, definition);
    for (const value of 'values' in definition ? (definition.values ?? []) : []) {
      add(`${type}.${value.name.value}`, value, type);
    }
    for (const field of 'fields' in definition ? (definition.fields ?? []) : []) {
      const coordinate = `${type}.${field.name.value}`;
      add(coordinate, field, type);
      for (const argument of 'arguments' in field ? (field.arguments ?? []) : []) {
        add(`${coordinate}(${argument.name.value}:)`, argument, coordinate);
      }
    }
  }
  return elements;
}

export const childrenOf = (elements: ReadonlyMap<string, Element>, parent: string): readonly string[] =>
  [...elements.values()].filter(element => element.parent === parent).map(({ coordinate }) => coordinate);
