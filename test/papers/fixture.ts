import { createHash } from 'node:crypto';
import { holeBytesOf } from '../../certs/pdf/hole.ts';
import type { Facts } from '../../papers/facts.ts';
import { isLeaf, type LaidOut, type Leaf, type Node, type Run } from '../../papers/layout/document.ts';
import { DEPARTMENTS, isDepartment } from '../../subgraphs/catalogue.ts';
import { verifyUrl } from '../../subgraphs/public-url.ts';
import { SAMPLES, type Sample } from '../../tools/samples/all.ts';

export const sample = (name: string): Sample => {
  const found = SAMPLES.find(one => one.name === name);
  if (!found) throw new Error(`there is no sample ${name}`);
  return found;
};

export const factsOf = ({ holder, record, disclosures }: Omit<Sample, 'name' | 'paper'>): Facts => ({
  record,
  ...(disclosures && { disclosures }),
  issuer: { id: holder, organization: isDepartment(holder) ? DEPARTMENTS[holder].organization : '政务服务中心' },
  sealedAt: new Date('2026-11-23T02:03:04Z'),
  verifyUrl: verifyUrl('https://window.example.gov.cn', record, 'sample'),
  holeBytes: holeBytesOf('ES256'),
});

/** Facts of a paper whose record does not matter. */
export const someFacts = (holder = 'business'): Facts =>
  factsOf({ holder, record: Buffer.from(createHash('sha256').update(holder).digest('hex')), disclosures: undefined });

/** What is drawn of a tree in the order in which it is read. */
export const leavesOf = (node: Node): readonly Leaf[] =>
  node.kids.flatMap(kid => (isLeaf(kid) ? [kid] : leavesOf(kid)));

export const runsOf = (leaf: Leaf): readonly Run[] => (leaf.mark.kind === 'TEXT' ? leaf.mark.runs : []);

const textOf = ({ glyphs }: Run): string => glyphs.map(({ codePoint }) => String.fromCodePoint(codePoint)).join('');

/** All texts of a paper without spaces, in the order in which they are read. */
export const readText = ({ tree }: Pick<LaidOut, 'tree'>): string =>
  withoutSpaces(leavesOf(tree).flatMap(runsOf).map(textOf).join(''));

export const withoutSpaces = (text: string): string => text.replace(/\s/gu, '');
