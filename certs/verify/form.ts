/** The form of a seal: one encoding, of one shape (cms.ts), of a bounded size. */
import { readSignedData, type SignedData } from '../cms.ts';
import { type Finding, FormatError, finding } from '../findings.ts';

/** A seal has about 1.5 kB; with a time stamp and RSA keys it has some 10 kB. */
export const sealBytesMax = 64 * 1024;

export function examineForm(seal: Uint8Array, findings: Finding[]): SignedData | undefined {
  if (seal.length > sealBytesMax) {
    findings.push(finding('SEAL_TOO_LARGE', 'seal', { max: String(sealBytesMax) }));
    return undefined;
  }
  try {
    return readSignedData(seal);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    findings.push(finding(fault.code, `seal byte ${fault.offset}`));
    return undefined;
  }
}
