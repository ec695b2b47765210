/** May this signer seal this record? The trust list says so, and the record must name the signer as its department. */
import type { KnownCertificate } from '../chain.ts';
import { type Finding, finding } from '../findings.ts';
import type { JsonObject } from '../jcs.ts';
import { textIn } from '../json.ts';
import type { Trust } from './trust.ts';

export function examineAuthority(
  { sha256: hash, certificate: { subject } }: KnownCertificate,
  { list, holders }: Trust,
  record: JsonObject | undefined,
  findings: Finding[],
): void {
  const department = record && textIn(record, 'department');
  if (department !== undefined && department !== subject.unit)
    findings.push(
      finding('RECORD_DEPARTMENT_DIFFERS', 'record.department', { record: department, seal: subject.unit ?? '' }),
    );
  if (!list) {
    findings.push(finding('NO_TRUST_LIST', 'trust list'));
    return;
  }
  const holder = holders.get(hash);
  if (!holder) {
    findings.push(finding('CERTIFICATE_NOT_LISTED', 'trust list'));
    return;
  }
  if (holder.id !== subject.unit || holder.organization !== subject.organization) {
    const certificate = `${subject.unit} ${subject.organization}`;
    findings.push(
      finding('HOLDER_DIFFERS', 'trust list', { list: `${holder.id} ${holder.organization}`, certificate }),
    );
  }
  const kind = record && textIn(record, 'kind');
  if (kind !== undefined && !holder.seals.includes(kind))
    findings.push(finding('RECORD_KIND_NOT_ALLOWED', 'record.kind', { holder: holder.id, kind }));
}
