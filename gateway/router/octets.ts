/**
 * Texts as octets: one character for each byte of their UTF-8. JSON's own marks are ASCII, so that such a text can be
 * parsed, taken apart, put together and written again without being decoded and encoded in between, which for Chinese is
 * a third of what a page of a list costs. Nobody may look into such a text, or put another one beside it.
 */
import { isUtf8 } from 'node:buffer';
import type { PlanNode } from './planner.ts';
import type { Subgraph } from './port.ts';

/** What could stand for something else than itself: JSON's escapes beyond ASCII. */
const ESCAPE = '\\u';

/** Whether the texts of a JSON body may be taken as octets. */
export const holdsOctets = (json: Buffer): boolean => isUtf8(json) && !json.includes(ESCAPE);

/** A value of JSON with its texts as octets. */
export const encoded = <Value>(value: Value): Value =>
  JSON.parse(Buffer.from(JSON.stringify(value)).toString('latin1')) as Value;

/** A value of JSON whose texts were octets. */
export const decoded = <Value>(value: Value): Value => JSON.parse(decodedText(JSON.stringify(value))) as Value;

export const decodedText = (octets: string): string =>
  isAscii(octets) ? octets : Buffer.from(octets, 'latin1').toString('utf8');

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them.
const ASCII = /^[\x00-\x7f]*$/;
const isAscii = (text: string): boolean => ASCII.test(text);

/** Whether all departments that a plan asks leave their texts as they came. */
export function leavesOctets(node: PlanNode | undefined, departments: ReadonlyMap<string, Subgraph>): boolean {
  if (!node) return false;
  if ('nodes' in node) return node.nodes.every(each => leavesOctets(each, departments));
  return departments.get(node.department)?.leavesOctets === true;
}
