/** The record of a seal: canonical JSON (RFC 8785) of an object that names its department and its kind. */
import { type Finding, type FindingCode, finding } from '../findings.ts';
import { isCanonical, type JsonObject, type JsonValue } from '../jcs.ts';
import { isObject, textIn } from '../json.ts';

/** Papers have some kilobytes, the trust list of a thousand holders a quarter of this. More could keep us busy for seconds. */
export const recordBytesMax = 1024 * 1024;

/** @returns The record, when it could be read; it may have faults all the same. */
export function examineRecord(record: Uint8Array, findings: Finding[]): JsonObject | undefined {
  const refuse = (code: FindingCode, at = 'record', facts: Record<string, string> = {}) => {
    findings.push(finding(code, at, facts));
    return undefined;
  };
  if (record.length > recordBytesMax) return refuse('RECORD_TOO_LARGE', 'record', { max: String(recordBytesMax) });
  const text = attempt(() => UTF8.decode(record));
  if (text === undefined) return refuse('RECORD_NOT_UTF8');
  const value = attempt(() => JSON.parse(text) as JsonValue);
  if (value === undefined) return refuse('RECORD_NOT_JSON');
  if (!isCanonical(text, value)) refuse('RECORD_NOT_CANONICAL');
  if (!isObject(value)) return refuse('RECORD_NOT_OBJECT');
  if (textIn(value, 'department') === undefined) refuse('RECORD_DEPARTMENT_MISSING', 'record.department');
  if (textIn(value, 'kind') === undefined) refuse('RECORD_KIND_MISSING', 'record.kind');
  return value;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
