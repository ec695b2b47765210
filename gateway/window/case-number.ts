import { mod11_10 } from '../../subgraphs/standards/iso7064.ts';

/**
 * The number of a case (办件编号): region, day, serial of that day, and the check digit of all their digits, ISO 7064
 * MOD 11,10.
 *
 *     caseNumber('371002', '2026-03-02', 1);   // '371002-20260302-00001-5'
 */
export function caseNumber(regionCode: string, day: string, serial: number): string {
  const date = day.replaceAll('-', '');
  const padded = String(serial).padStart(serialDigitsMin, '0');
  return `${regionCode}-${date}-${padded}-${mod11_10(regionCode + date + padded)}`;
}

/** A day of a region has far fewer cases; a longer serial is lawful all the same. */
const serialDigitsMin = 5;
const FORM = /^(\d{6})-(\d{8})-(\d{5,9})-(\d)$/;

export function isCaseNumber(text: string): boolean {
  const [, region, date, serial, check] = FORM.exec(text) ?? [];
  return region !== undefined && mod11_10(`${region}${date}${serial}`) === check;
}
