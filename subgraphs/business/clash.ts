import type { AppliedItem } from '../desk.ts';
import type { FiledApplication } from '../generated/contract.ts';
import type { Fault } from '../record.ts';
import { parseAmount } from '../standards/amount.ts';
import { parseText } from '../standards/name-text.ts';
import type { LicenseRow, NameRow, NameStatus } from './mapping.ts';
import { clashKey, forbiddenWordIn } from './rules.ts';

/*
 * Who holds a name, until when, and against whom: Regulation on enterprise names 企业名称登记管理规定 (2020). Articles
 * from memory: 17 (names that clash), 18 (how long a name is kept).
 */

/** A name in the register that holds a lock or shares it. */
export interface Holder {
  readonly row: NameRow;
  /** The operation that reserved it. */
  readonly operationId: string;
  /** Of the same case, the last one issued, valid or not; undefined while the name is only reserved. */
  readonly license: LicenseRow | undefined;
}

/** Industries (GB/T 4754-2011 and -2017) that a law lets nobody register before an approval. From memory, and not all. */
const APPROVED_BEFOREHAND: readonly { readonly industry: RegExp; readonly law: string }[] = [
  { industry: /^16[29]0$/, law: '烟草专卖法 art. 12' },
  { industry: /^2671$/, law: '民用爆炸物品安全管理条例 art. 13' },
  { industry: /^2672$/, law: '烟花爆竹安全管理条例 art. 10' },
  { industry: /^662[0129]$/, law: '商业银行法 art. 16' },
  { industry: /^6712$/, law: '证券法 art. 118' },
  { industry: /^68[123]/, law: '保险法 art. 77' },
];

/**
 * The last day on which a reserved name is kept: two months, or a year where an approval must come before the
 * registration (art. 18). It is the same day of that month, or the month's last (民法典 arts. 201 and 202), and belongs to
 * the reservation until it ends in China (art. 203).
 */
export const reservationEnd = (reservedOn: string, industryCode: string): string =>
  monthsAfter(reservedOn, APPROVED_BEFOREHAND.some(({ industry }) => industry.test(industryCode)) ? 12 : 2);

function monthsAfter(from: string, months: number): string {
  const [year, month, day] = from.split('-').map(Number) as [number, number, number];
  const lastOfMonth = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastOfMonth))).toISOString().slice(0, 10);
}

/** How a name stands in the way of others, as the applicant is told, by its status. */
const GROUNDS: Readonly<Partial<Record<NameStatus, { readonly chinese: string; readonly english: string }>>> = {
  LIVE: { chinese: '在保留期内', english: 'reserved' },
  REGISTERED: { chinese: '已经登记', english: 'registered' },
  CANCELLED: { chinese: '注销登记未满1年', english: 'its enterprise was cancelled less than a year ago' },
  CHANGED: { chinese: '变更登记未满1年', english: 'its enterprise changed it less than a year ago' },
  REVOKED: { chinese: '被撤销登记未满1年', english: 'its registration was revoked less than a year ago' },
};

/**
 * Whether a name is still kept from others.
 *
 * "Less than a year ago" (art. 17) is counted by the calendar: from the day of the ending until the day before the same
 * day of the next year (28 February after a 29th). So 364 days are always less than a year and 366 never are; 365 are,
 * when a 29 February lies between.
 */
export function isKept({ row, license }: Holder, today: string): boolean {
  switch (row.status) {
    case 'REGISTERED':
      return true;
    case 'LIVE':
      return today <= row.expiresOn || license?.status === 'VALID';
    case 'CANCELLED':
    case 'CHANGED':
    case 'REVOKED':
      // Without its day nobody can say that the year is over.
      return row.endedOn === null || today < monthsAfter(row.endedOn, 12);
    // What was reserved and never used in public misleads nobody: it is free at once.
    case 'EXPIRED':
    case 'RELEASED':
      return false;
  }
}

/** Whether a name gives way to a reservation: its time is over, or its own case reserves it anew. */
export const givesWay = (holder: Holder, to: NameRow): boolean =>
  !isKept(holder, to.reservedOn) || (holder.row.caseNumber === to.caseNumber && holder.row.status !== 'REGISTERED');

/** What is changed in a row that gives way. */
export const givenUp = (holder: Holder, today: string): Partial<NameRow> => ({
  lock: null,
  sharedLock: null,
  ...(holder.row.status === 'LIVE' ? { status: isKept(holder, today) ? 'RELEASED' : 'EXPIRED' } : {}),
});

/** What the register says to one application for a name. */
export interface NameStanding {
  /** The name that stands in the way. */
  readonly against: Holder | undefined;
  /** This case's own reservation of the same name, which still runs. */
  readonly own: NameRow | undefined;
  readonly lock: string;
  readonly sharedLock: string | null;
}

/**
 * Judges an application against all that hold its lock or share it, in the order in which they came.
 *
 * Where all of them have investment ties with the applicant, it queues up behind the newest: so that of two who come in
 * the same moment one is entered, for they have no known ties with each other.
 */
export function standingOf(
  { application, caseNumber }: AppliedItem,
  holders: readonly Holder[],
  today: string,
): NameStanding {
  const lock = clashKey(application);
  const kept = holders.filter(holder => isKept(holder, today));
  const others = kept.filter(({ row }) => row.caseNumber !== caseNumber);
  const against = others.find(({ license }) => !license || !haveInvestmentTies(application, license));
  const own = kept.find(({ row }) => row.caseNumber === caseNumber && row.status === 'LIVE')?.row;
  const newest = others.at(-1);
  return newest
    ? { against, own, lock: `${lock}|${newest.row.caseNumber}`, sharedLock: lock }
    : { against, own, lock, sharedLock: null };
}

/**
 * Investment ties 投资关系 (art. 17), as far as the register shows them: the enterprise that holds the name is a founder,
 * or one enterprise controls both (more than half of the capital, 公司法 art. 265). Founders who are natural persons
 * stand in the register without anything that identifies them, and a name that is only reserved has no founders there:
 * ties through those are not seen, and the applicant must wait for the license of the other or choose another name.
 */
function haveInvestmentTies(application: FiledApplication, license: LicenseRow): boolean {
  if (application.founders.some(({ uscc }) => uscc === license.uscc)) return true;
  const controller = controllingEnterprise(application.founders, application.registeredCapital);
  return (
    controller !== undefined &&
    controller === controllingEnterprise(JSON.parse(license.founders) as Founders, license.registeredCapital)
  );
}

type Founders = readonly { readonly uscc?: string | null | undefined; readonly contribution: string }[];

const controllingEnterprise = (founders: Founders, capital: string): string | undefined =>
  founders.find(({ contribution }) => 2n * fen(contribution) > fen(capital))?.uscc ?? undefined;

function fen(amount: string): bigint {
  const parsed = parseAmount(amount);
  return parsed.class === 'INVALID' ? 0n : parsed.value;
}

/** Names that this clash leaves open go into the message behind this, with commas and spaces between them. */
const FREE = '；可选 / free: ';

/** @param free Trading names that are free now, with the same trade in the same city. */
export function nameClash(wanted: string, against: Holder | undefined, free: readonly string[]): Fault {
  const ground = GROUNDS[statusOf(against)];
  const chinese = `同一登记机关辖区内已有相同字号和行业的企业名称${ground ? `，该名称${ground.chinese}` : ''}（企业名称登记管理规定第十七条）`;
  const english = `art. 17: trading name and trade of "${wanted}" are taken in this city${ground ? ` (${ground.english})` : ''}`;
  const alternatives = free.length > 0 ? FREE + free.join(', ') : '';
  return { path: 'name.tradingName', code: 'NAME_CLASH', message: `${chinese} / ${english}${alternatives}` };
}

function statusOf(holder: Holder | undefined): NameStatus {
  if (!holder) return 'RELEASED';
  return holder.row.status === 'LIVE' && holder.license?.status === 'VALID' ? 'REGISTERED' : holder.row.status;
}

export const alternativesMax = 3;
/** As many code points as the window lets a trading name have. */
const tradingNameMax = 60;
/** What is put behind the applicant's own trading name: characters of good omen, none of which a reserved word ends with. */
const ENDINGS = [...'新元和泰恒盛启嘉瑞宏祥裕兴远博诚卓雅辰旭朗晟铭'];
const LONG_ENDINGS = ENDINGS.map((ending, at) => ending + ENDINGS[(at + 7) % ENDINGS.length]);
/** They would not be told apart from the commas of a message, and make no difference to a reader. */
const SEPARATORS = /[\s\p{P}\p{S}]/gu;

/** Lawful trading names made from the applicant's own, best first; whether they are free is for the register to say. */
export function alternativesTo(tradingName: string): readonly string[] {
  const own = [...withoutForbidden(tradingName.replace(SEPARATORS, ''))].slice(0, tradingNameMax - 2).join('');
  if (own === '') return [];
  return [...ENDINGS, ...LONG_ENDINGS]
    .map(ending => own + ending)
    .filter(name => forbiddenWordIn(name) === undefined)
    .filter(name => parseText(name, { minCharacters: 2, maxCharacters: tradingNameMax }).class === 'VALID');
}

/** Taking one word out may leave another behind. */
function withoutForbidden(name: string): string {
  const word = forbiddenWordIn(name);
  return word ? withoutForbidden(name.replace(word, '')) : name;
}

/** Why no license can be given in this case under this name; undefined where the name is reserved, or registered already. */
export function reservationFault(fullName: string, ofCase: readonly NameRow[], today: string): Fault | undefined {
  const wanted = ofCase.filter(row => row.fullName === fullName);
  const newest = wanted.findLast(isHeld) ?? wanted.at(-1);
  const fault = (message: string): Fault => ({ path: 'name', code: 'NAME_NOT_RESERVED', message });
  if (newest?.status === 'EXPIRED' || (newest?.status === 'LIVE' && today > newest.expiresOn)) {
    return fault(
      `企业名称保留期已于 ${newest.expiresOn} 届满，请重新申请（企业名称登记管理规定第十八条） / art. 18: the reservation has expired on ${newest.expiresOn}; reserve the name again`,
    );
  }
  return newest && isHeld(newest)
    ? undefined
    : fault('企业名称未预留或已失效 / the name is not reserved for this case');
}

/** Reserved or registered by its own case. */
export const HELD: readonly NameStatus[] = ['LIVE', 'REGISTERED'];
const isHeld = ({ status }: NameRow): boolean => HELD.includes(status);

/** A name that an enterprise has is not given up while its license stands. */
export const RELEASABLE: readonly NameStatus[] = ['LIVE', 'CANCELLED', 'CHANGED', 'REVOKED', 'EXPIRED', 'RELEASED'];
