/** Striking out (隐去): a personal field of a certificate is given out no more, while the seal over its record still holds. */
import { Refusal } from '../../subgraphs/errors.ts';
import type { CaseView, Repair, Strike } from './case.ts';
import { leafPathsIn, struckOutIn } from './disclosed.ts';
import type { MutationProposeRepairArgs } from './generated/types.ts';

/** Why a strike can't be done to a case as it stands; undefined when it can. */
export function whyNotStruckOut(
  { documents }: CaseView,
  { item, strike: { certificate, paths } }: Pick<Repair, 'item'> & { readonly strike: Strike },
): string | undefined {
  const document = documents.find(({ id }) => id === certificate);
  if (document?.outcome !== 'GRANTED' || document.item !== item) return `${item} has no such certificate`;
  const leaves = leafPathsIn(document);
  const unknown = paths.find(path => !leaves.includes(path));
  if (unknown !== undefined) return `the certificate has no personal field ${unknown}`;
  const struck = struckOutIn(document);
  const again = paths.find(path => struck.includes(path));
  return again && `${again} has been struck out already`;
}

/** An enterprise of 200 founders has 202 personal fields. */
const pathsPerStrikeMax = 256;
/** As long as those of leaves may be; others would stand in an error. */
const PATH = /^(?=.{1,256}$)[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*$/;

/**
 * What a proposal wants to have struck out; undefined of one that wants something else.
 *
 * @throws {Refusal} TEXT_INVALID when it does not say, or says too much.
 */
export function readStrike(
  { verb, certificate, paths }: Pick<MutationProposeRepairArgs, 'verb' | 'certificate' | 'paths'>,
  { documents }: CaseView,
): Strike | undefined {
  if (verb !== 'STRIKE_OUT') {
    if (certificate == null && paths == null) return undefined;
    throw new Refusal('TEXT_INVALID', `certificate and paths belong to STRIKE_OUT, not to ${verb}`);
  }
  if (certificate == null || !/^[0-9a-f]{32}$/.test(certificate)) {
    throw new Refusal('TEXT_INVALID', 'certificate must be the id of the certificate: 32 hexadecimal digits');
  }
  if (!paths || paths.length === 0 || paths.length > pathsPerStrikeMax || !paths.every(path => PATH.test(path))) {
    throw new Refusal('TEXT_INVALID', `paths must be 1 to ${pathsPerStrikeMax} such as content.founders.0.name`);
  }
  return {
    certificate,
    paths: inOrder(
      paths,
      documents.find(({ id }) => id === certificate),
    ),
  };
}

/** Each once, in the order of the record, so that the same wish is the same proposal. */
function inOrder(paths: readonly string[], document: { readonly record: string } | undefined): readonly string[] {
  const known = document ? leafPathsIn(document).filter(path => paths.includes(path)) : [];
  return [...new Set([...known, ...paths])];
}
