/** A department's SDL comes from outside: it is read within bounds, before the composer sees it. */
import { type ASTVisitor, type DocumentNode, GraphQLError, isTypeDefinitionNode, Kind, parse, visit } from 'graphql';
import { type Reason, reason } from './reason.ts';

/** The largest of our departments tells 8 KB, the window 17 KB. */
export const SDL_CHARS_MAX = 256 * 1024;
/** The largest of our departments has some 30 types. */
const TYPES_MAX = 500;
/** Lists of lists and objects in default values; two or three are usual. */
const NESTING_MAX = 16;

export interface Told {
  readonly name: string;
  readonly sdl: string;
}

export type ReadSdl =
  | { readonly ok: true; readonly document: DocumentNode }
  | { readonly ok: false; readonly reasons: readonly Reason[] };

export function readSdl({ name, sdl }: Told): ReadSdl {
  const refused = (...reasons: Reason[]): ReadSdl => ({ ok: false, reasons });
  if (sdl.length > SDL_CHARS_MAX) return refused(tooLarge(name));
  let document: DocumentNode;
  try {
    document = parse(sdl);
  } catch (error) {
    // The parser calls itself at each level: what nests deeply enough ends the stack.
    if (error instanceof RangeError) return refused(tooDeep(name));
    const message = error instanceof GraphQLError ? error.message : 'it can not be read';
    return refused(reason('SDL_UNREADABLE', [name], message));
  }
  const types = document.definitions.filter(isTypeDefinitionNode).length;
  const faults = [
    ...(types > TYPES_MAX
      ? [reason('TYPES_TOO_MANY', [name], `it defines ${types} types, and at most ${TYPES_MAX} are taken`)]
      : []),
    ...(nestingOf(document) > NESTING_MAX ? [tooDeep(name)] : []),
  ];
  return faults.length > 0 ? refused(...faults) : { ok: true, document };
}

export const tooLarge = (name: string): Reason =>
  reason('SDL_TOO_LARGE', [name], `an SDL has at most ${SDL_CHARS_MAX} characters`);

const tooDeep = (name: string): Reason =>
  reason('SDL_TOO_DEEP', [name], `types and values nest at most ${NESTING_MAX} deep`);

function nestingOf(document: DocumentNode): number {
  let depth = 0;
  let deepest = 0;
  const level = {
    enter: () => {
      depth += 1;
      deepest = Math.max(deepest, depth);
    },
    leave: () => {
      depth -= 1;
    },
  };
  const visitor: ASTVisitor = { [Kind.LIST_TYPE]: level, [Kind.LIST]: level, [Kind.OBJECT]: level };
  visit(document, visitor);
  return deepest;
}
