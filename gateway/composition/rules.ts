/**
 * What a department may not do to others though the composer lets it. Federation trusts all subgraphs alike; here each
 * is an office of its own, and one that was replaced by a stranger shall not take another's fields, hide them, thin out
 * an input that others read, or believe that something is guarded which is not.
 */
import { extractLinkImplementations } from '@theguild/federation-composition';
import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { ACCESS_RULES } from '../router/access-rules.ts';
import { argumentOf, textOf } from '../router/directives.ts';
import { childrenOf, type Element, elementsOf } from './elements.ts';
import { type Reason, reason } from './reason.ts';

export interface ReadService {
  readonly name: string;
  readonly document: DocumentNode;
}

const FEDERATION = 'https://specs.apollo.dev/federation';

/** A department with all that its SDL says, by coordinate. */
interface Office {
  readonly name: string;
  readonly elements: ReadonlyMap<string, Element>;
  /** As this SDL calls a directive of the federation. */
  called(directive: string): string;
}

/** @param supergraph What the composer made of them, if it made anything. */
export function brokenRules(services: readonly ReadService[], supergraph: DocumentNode | undefined): Reason[] {
  const offices = services.map(({ name, document }): Office => {
    const { resolveImportName } = extractLinkImplementations(document);
    return { name, elements: elementsOf(document), called: it => resolveImportName(FEDERATION, `@${it}`) };
  });
  const composed = supergraph && elementsOf(supergraph);
  return offices.flatMap(office => {
    const others = offices.filter(other => other !== office);
    return [
      ...takenOver(office, others),
      ...(composed ? lostAccessRules(office, composed) : []),
      ...hiddenOfOthers(office, others),
      ...thinnedOut(office, others),
      ...unplannable(office),
    ];
  });
}

/** `@override` needs the consent of the department that answers the field: it has made it `@shareable`. */
function takenOver(office: Office, others: readonly Office[]): Reason[] {
  return [...office.elements.values()].flatMap(({ coordinate, directives }) => {
    const override = directives.find(named(office.called('override')));
    const from = override && others.find(({ name }) => name === textOf(argumentOf(override, 'from')));
    const field = from?.elements.get(coordinate);
    if (!from || !field || shared(field, from) || field.directives.some(named(from.called('external')))) return [];
    const message = `${office.name} takes it from ${from.name}, where it is not @shareable`;
    return [reason('FIELD_TAKEN_OVER', [office.name, from.name], message, coordinate)];
  });
}

function shared({ directives, parent }: Element, { elements, called }: Office): boolean {
  const isShareable = named(called('shareable'));
  return directives.some(isShareable) || Boolean(parent && elements.get(parent)?.directives.some(isShareable));
}

/** A directive that is defined in the SDL itself, rather than linked, is dropped by the composer without a word. */
function lostAccessRules(office: Office, composed: ReadonlyMap<string, Element>): Reason[] {
  return [...office.elements.values()].flatMap(({ coordinate, directives }) =>
    directives.flatMap(({ name: { value } }) => {
      const rule = ACCESS_RULES.find(one => value === office.called(one) || plain(value) === one.toLowerCase());
      const isExternal = directives.some(named(office.called('external')));
      if (!rule || isExternal || composed.get(coordinate)?.directives.some(named(rule))) return [];
      const message = `@${value} would not be enforced; link @${rule} from ${FEDERATION}`;
      return [reason('ACCESS_RULE_LOST', [office.name], message, coordinate)];
    }),
  );
}

/** The name without the prefix of a link, whatever its case. */
const plain = (directive: string): string => directive.replace(/^.*__/, '').toLowerCase();

/** Whatever one department marks `@inaccessible` is hidden for all. */
function hiddenOfOthers(office: Office, others: readonly Office[]): Reason[] {
  const isHidden = ({ called }: Office, { directives }: Element) => directives.some(named(called('inaccessible')));
  return [...office.elements.values()].flatMap(element => {
    if (!isHidden(office, element)) return [];
    const shown = others.find(other => {
      const theirs = other.elements.get(element.coordinate);
      return theirs && !isHidden(other, theirs);
    });
    if (!shown) return [];
    const message = `${office.name} marks it @inaccessible, which would hide it for ${shown.name} too`;
    return [reason('ANOTHERS_TYPE_HIDDEN', [office.name, shown.name], message, element.coordinate)];
  });
}

const KEPT_BY_ALL_ONLY: readonly string[] = [
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_EXTENSION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.ENUM_TYPE_EXTENSION,
];

/** Of an input, and of an enum that is taken, only those parts remain that all tell. The hidden contract may grow so. */
function thinnedOut(office: Office, others: readonly Office[]): Reason[] {
  return [...office.elements.values()].flatMap(({ coordinate, kind, directives }) => {
    if (!KEPT_BY_ALL_ONLY.includes(kind) || directives.some(named(office.called('inaccessible')))) return [];
    return others.flatMap(other => {
      if (!other.elements.has(coordinate)) return [];
      const own = new Set(childrenOf(office.elements, coordinate));
      return childrenOf(other.elements, coordinate)
        .filter(part => !own.has(part))
        .map(part => {
          const message = `${other.name} tells it, and ${office.name} tells ${coordinate} without it`;
          return reason('SHARED_TYPE_DIFFERS', [office.name, other.name], message, part);
        });
    });
  });
}

/**
 * The planner has ended the whole process over such a type, reached by one key through a department that knows no other.
 * Nothing can catch that, so no department may bring it about; one key, or the field in a type of its own, is served.
 */
function unplannable({ name, elements, called }: Office): Reason[] {
  return [...elements.values()].flatMap(({ coordinate, parent, directives }) => {
    const keys = parent === undefined ? undefined : elements.get(parent)?.directives.filter(named(called('key')));
    if (!keys || keys.length < 2 || !directives.some(named(called('requires')))) return [];
    const message = `@requires beside ${keys.length} keys of ${parent} in one department is not served: keep one @key here`;
    return [reason('REQUIRES_BESIDE_KEYS', [name], message, coordinate)];
  });
}

const named =
  (name: string) =>
  (directive: ConstDirectiveNode): boolean =>
    directive.name.value === name;
