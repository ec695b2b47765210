/** PEM (RFC 7468), certificates only: private keys are read by node:crypto and never pass through here. */
import { fromBase64, toBase64 } from './base64.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+?)-----END CERTIFICATE-----\r?\n?/g;

export function certificateToPem(der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** @returns The DER of each block in the order of the text; empty when there is none or something else stands between. */
export function certificatesFromPem(pem: string): readonly Uint8Array[] {
  if (pem.replace(BLOCK, '').trim() !== '') return [];
  const ders = [...pem.matchAll(BLOCK)].map(([, body = '']) => fromBase64(body.replace(/[\r\n]/g, '')));
  return ders.every(der => der !== undefined) ? ders : [];
}
