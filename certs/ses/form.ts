/** The form of an electronic signature: one encoding (signature.ts) of a bounded size, and of all that it may hold what ours do. */
import { compareBytes } from '../der.ts';
import { type Finding, type FindingCode, FormatError, finding } from '../findings.ts';
import { OID } from '../oid.ts';
import { sesBytesMax } from './bounds.ts';
import { readSesSignature, type SesSignature } from './signature.ts';

/** What the signature says that it is over. */
export const PROPERTY_INFO = 'record.json';
export const PICTURE_TYPE = 'PNG';
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export function examineForm(der: Uint8Array, findings: Finding[]): SesSignature | undefined {
  if (der.length > sesBytesMax) {
    findings.push(finding('SEAL_TOO_LARGE', 'seal', { max: String(sesBytesMax) }));
    return undefined;
  }
  try {
    return readSesSignature(der);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    findings.push(finding(fault.code, `seal byte ${fault.offset}`));
    return undefined;
  }
}

/** What the standard leaves open, and our signatures have in one way: no two readers may see different things in one. */
export function examineProfile(signed: SesSignature, findings: Finding[]): void {
  const { seal, custom, timeStamp, propertyInfo, certificate } = signed;
  const report = (code: FindingCode, member: string, facts = {}) =>
    findings.push(finding(code, `seal: ${member}`, facts));
  if (signed.algorithm !== OID.sm2WithSm3) report('SES_ALGORITHM', 'signatureAlgID');
  if (seal.algorithm !== OID.sm2WithSm3) report('SES_ALGORITHM', 'eseal.signAlgID');
  if (seal.info.custom) report('SES_CUSTOM_DATA', 'eseal.eSealInfo.extDatas');
  if (custom) report('SES_CUSTOM_DATA', 'toSign.extDatas');
  if (custom?.tagging === 'NONE') report('SES_TAGGING', 'toSign.extDatas');
  if (timeStamp?.tagging === 'NONE') report('SES_TAGGING', 'timeStamp');
  if (propertyInfo !== PROPERTY_INFO) report('SES_PROPERTY_DIFFERS', 'toSign.propertyInfo', { says: propertyInfo });
  const { picture, signers } = seal.info;
  if (picture.type !== PICTURE_TYPE || PNG.some((byte, at) => picture.data[at] !== byte))
    report('SES_PICTURE', 'eseal.eSealInfo.picture');
  const [listed, ...more] = signers.kind === 'CERTIFICATES' ? signers.certificates : [];
  if (!listed || more.length > 0) report('SES_SIGNERS_NOT_CERTIFICATES', 'eseal.eSealInfo.property.certList');
  else if (compareBytes(listed, certificate.der) !== 0) report('SES_SIGNER_NOT_IN_SEAL', 'cert');
}
