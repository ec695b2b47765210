/**
 * How an electronic signature of GB/T 38540 is checked without this program: both signatures by an openssl that knows SM2,
 * the digest of the record, certificates, time stamp and log as those of a seal.
 */

import { FormatError } from '../findings.ts';
import { toHex } from '../hex.ts';
import { readSesSignature, type SesSignature } from '../ses/signature.ts';
import type { SesSigned } from '../ses/signatures.ts';
import { SM2_ID } from '../sm/sm2.ts';
import { type Checked, logLines, stampLines } from './by-hand.ts';
import { cut, quoted } from './shell.ts';

/** @returns Nothing for what can't be read. */
export function sesByHandLines(checked: Checked): readonly string[] {
  const { files, trust, seal, at } = checked;
  const signed = readOrUndefined(seal);
  if (!signed) return [];
  const time = at ? ` -attime ${Math.floor(at.getTime() / 1000)}` : '';
  const anchor = `-CAfile ${quoted(trust.rootPath)}${time}`;
  const maker = { ...signed.seal, certificate: signed.seal.maker };
  const lines = [
    ...signatureLines('maker', maker, checked),
    ...signatureLines('signer', signed, checked),
    `openssl dgst -sm3 ${quoted(files.recordPath)}    # ${toHex(signed.dataHash)}`,
    ...chainLines(checked, time),
    ...stampLines(files, signed, anchor),
    ...logLines(checked),
  ];
  return ['  by hand 手工核对:', ...lines.map(line => `    ${line}`)];
}

function signatureLines(
  who: 'maker' | 'signer',
  { signedBytes, certificate, signature, signatureOffset }: SesSigned,
  { files: { sealPath }, seal }: Checked,
): readonly string[] {
  return [
    `${cut(sealPath, signedBytes.byteOffset - seal.byteOffset, signedBytes.length)} > ${who}-signed.bin`,
    `${cut(sealPath, signatureOffset, signature.length)} > ${who}-signature.bin`,
    `${cut(sealPath, certificate.offset, certificate.der.length)} | openssl x509 -inform DER -out ${who}.pem`,
    `openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:${SM2_ID} -certin -inkey ${who}.pem -in ${who}-signed.bin -sigfile ${who}-signature.bin`,
  ];
}

/** The signature has no certificate of an authority inside: those beside the root are taken. */
function chainLines({ trust: { rootPath, chainPath, revocationPaths } }: Checked, time: string): readonly string[] {
  if (chainPath === undefined) return [];
  const lists = revocationPaths.map(path => ` -CRLfile ${quoted(path)}`).join('');
  const check = lists === '' ? '' : ` -crl_check_all${lists}`;
  return [
    `openssl verify${check} -CAfile ${quoted(rootPath)} -untrusted ${quoted(chainPath)}${time} signer.pem maker.pem`,
  ];
}

function readOrUndefined(seal: Uint8Array): SesSignature | undefined {
  try {
    return readSesSignature(seal);
  } catch (fault) {
    if (fault instanceof FormatError) return undefined;
    throw fault;
  }
}
