/**
 * Custom data 自定义数据 of seals and signatures:
 *
 *     ExtensionDatas ::= SEQUENCE SIZE (0..MAX) OF ExtData
 *     ExtData ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
 *
 * Implementations disagree about `critical`: DER leaves a default out (X.690 section 11.5), ofdrw writes FALSE and cannot
 * read without it. Both are read, and written again as they were read. We write no custom data, and our verifier takes
 * none (judge.ts): nobody could say what it means.
 */
import { boolean, type DerReader, octetString, oid, sequence, TAG } from '../der.ts';
import { bounded, customBytesMax, customDataMax } from './bounds.ts';

export interface CustomDatum {
  /** Dotted. */
  readonly id: string;
  /** Absent where it is left out, which means FALSE. */
  readonly critical?: boolean;
  readonly value: Uint8Array;
}

export const writeCustomData = (data: readonly CustomDatum[]): Uint8Array =>
  sequence(
    ...data.map(({ id, critical, value }) =>
      sequence(oid(id), ...(critical === undefined ? [] : [boolean(critical)]), octetString(value)),
    ),
  );

/** @throws {FormatError} */
export function readCustomData(reader: DerReader): readonly CustomDatum[] {
  const list = reader.sequence();
  const data: CustomDatum[] = [];
  while (list.more) {
    if (data.length === customDataMax) throw list.fault('SES_BOUND_EXCEEDED');
    const one = list.sequence();
    const id = one.oid();
    const critical = one.next(TAG.BOOLEAN) ? { critical: one.boolean() } : {};
    const value = bounded(one, customBytesMax, () => one.octetString());
    one.done();
    data.push({ id, ...critical, value });
  }
  return data;
}
