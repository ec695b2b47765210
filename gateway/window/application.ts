import { createHash } from 'node:crypto';
import { SEAL_KINDS } from '../../subgraphs/catalogue.ts';
import type { FiledApplication, FiledMaterial } from '../../subgraphs/generated/contract.ts';
import type { Fault } from '../../subgraphs/record.ts';
import { newestRegime, REGIMES, type Regime } from '../../subgraphs/regimes.ts';
import { formatAmount, parseAmount } from '../../subgraphs/standards/amount.ts';
import { readCode } from '../../subgraphs/standards/code-text.ts';
import { parseIdNumber } from '../../subgraphs/standards/id-number.ts';
import { INDUSTRY_EDITIONS, parseIndustryCode } from '../../subgraphs/standards/industry.ts';
import { parseText } from '../../subgraphs/standards/name-text.ts';
import { parseOrganizationCode } from '../../subgraphs/standards/organization-code.ts';
import { parseRegionCode, REGION_EDITIONS } from '../../subgraphs/standards/region.ts';
import { parseUscc } from '../../subgraphs/standards/uscc.ts';
import type { Verdict } from '../../subgraphs/standards/verdict.ts';
import { isCaseNumber } from './case-number.ts';
import type { FounderInput, MaterialInput, RefusalPolicy, RegisterEnterpriseInput } from './generated/types.ts';

declare const checkedBrand: unique symbol;
/** An application whose form is right: lengths, characters, check digits, sums, known codes. Only {@link parseApplication} makes one. */
export type Application = FiledApplication & { readonly [checkedBrand]: true };

export interface Applied {
  readonly requestId: string;
  readonly regime: Regime;
  readonly application: Application;
  readonly policy: RefusalPolicy;
  readonly notDuplicateOf: string | null;
  /** Base64 of the papers that were sent along, by their SHA-256. */
  readonly contents: ReadonlyMap<string, string>;
}

/** Bounds of what one application may hold, in code points or entries. */
const nameMax = 60;
const tradeMax = 30;
const addressMax = 200;
const scopeMax = 4_000;
const titleMax = 100;
const foundersMax = 200;
const materialsMax = 50;
/** Of every mutation: 1 to 128 visible ASCII characters. */
export const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;
const PHONE = /^\+?[0-9]{5,15}$/;
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]{1,60}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * What the application alone shows to be wrong, all of it at once, or the application with everything checked. The
 * input is hostile: it has passed GraphQL's types and nothing else.
 *
 * @param today `YYYY-MM-DD`, China time: nobody who is named can have been born later.
 */
export function parseApplication(
  input: RegisterEnterpriseInput,
  today: string,
): { readonly ok: true; readonly value: Applied } | { readonly ok: false; readonly faults: readonly Fault[] } {
  const door = new Door(today);
  if (!REQUEST_ID.test(input.requestId)) {
    door.fault(
      'requestId',
      'REQUEST_ID_MALFORMED',
      '请求编号须为 1–128 个可见 ASCII 字符 / 1 to 128 visible ASCII characters',
    );
  }
  const regime = newestRegime(input.regime);
  if (!regime) {
    const known = [...new Set(REGIMES.map(({ id }) => id))].join(', ');
    door.fault('regime', 'REGIME_UNKNOWN', `没有此套餐 / no such regime: choose one of ${known}`);
  }
  if (typeof input.notDuplicateOf === 'string' && !isCaseNumber(input.notDuplicateOf)) {
    door.fault('notDuplicateOf', 'CASE_NUMBER_MALFORMED', '办件编号有误 / not the number of a case');
  }
  const founders = parseFounders(input.founders, door);
  const registeredCapital = parseMoney(door, 'registeredCapital', input.registeredCapital);
  if (founders.length === input.founders.length) checkSum(door, registeredCapital, founders);
  const contents = new Map<string, string>();
  const application: FiledApplication = {
    regionCode: door.read(
      'regionCode',
      'REGION',
      parseRegionCode(input.regionCode, editionsFor(REGION_EDITIONS, regime)),
    ),
    name: {
      tradingName: door.text('name.tradingName', input.name.tradingName, 2, nameMax),
      trade: door.text('name.trade', input.name.trade, 1, tradeMax),
      form: door.text('name.form', input.name.form, 1, tradeMax),
    },
    enterpriseType: input.enterpriseType,
    registeredCapital: formatAmount(registeredCapital ?? 0n),
    address: door.text('address', input.address, 5, addressMax),
    businessScope: door.text('businessScope', input.businessScope, 2, scopeMax),
    industryCode: parseIndustryClass(input.industryCode, regime, door),
    legalRepresentative: {
      name: door.text('legalRepresentative.name', input.legalRepresentative.name, 1, nameMax),
      idNumber: door.idNumber('legalRepresentative.idNumber', input.legalRepresentative.idNumber),
      phone: parsePhone(input.legalRepresentative.phone, door),
    },
    founders: founders.map(({ name, idNumber, uscc, contribution }) => ({
      name,
      idNumber,
      uscc,
      contribution: formatAmount(contribution ?? 0n),
    })),
    sealOrders: parseSealOrders(input.sealOrders, door),
    materials: parseMaterials(input.materials, door, contents),
    organizationCode: parseOutsideCode(input.organizationCode ?? null, door),
  };
  if (door.faults.length > 0 || !regime) return { ok: false, faults: door.faults };
  return {
    ok: true,
    value: {
      requestId: input.requestId,
      regime,
      application: application as Application,
      policy: input.onRefusal ?? 'KEEP_GRANTED',
      notDuplicateOf: input.notDuplicateOf ?? null,
      contents,
    },
  };
}

/** Where faults are gathered; a value that is at fault stands as an empty text, which nobody will see. */
class Door {
  readonly faults: Fault[] = [];
  readonly #today: string;

  constructor(today: string) {
    this.#today = today;
  }

  fault(path: string, code: string, message: string): void {
    this.faults.push({ path, code, message });
  }

  read<Value extends string, Reason extends string>(
    path: string,
    subject: string,
    verdict: Verdict<Value, Reason>,
  ): string {
    if (verdict.class !== 'INVALID') return verdict.value;
    this.invalid(path, subject, verdict);
    return '';
  }

  invalid(path: string, subject: string, fault: { reason: string; position?: number; expected?: string }): void {
    const place = fault.position === undefined ? '' : `，第 ${fault.position + 1} 位`;
    const expected = fault.expected === undefined ? '' : `，应为 ${fault.expected}`;
    const english = [
      fault.reason.toLowerCase().replaceAll('_', ' '),
      ...(fault.position === undefined ? [] : [`at character ${fault.position + 1}`]),
      ...(fault.expected === undefined ? [] : [`expected ${fault.expected}`]),
    ].join(', ');
    this.fault(path, `${subject}_${fault.reason}`, `填写有误${place}${expected} / ${english}`);
  }

  text(path: string, typed: string, minCharacters: number, maxCharacters: number): string {
    return this.read(path, 'TEXT', parseText(typed, { minCharacters, maxCharacters }));
  }

  idNumber(path: string, typed: string): string {
    return this.read(path, 'ID_NUMBER', parseIdNumber(typed, { bornNotAfter: this.#today }));
  }

  form(path: string, code: string, typed: string, form: RegExp, expected: string): string {
    if (!form.test(typed)) this.fault(path, code, `格式有误，应为${expected} / malformed`);
    return typed;
  }
}

/** Departments decide by the class; a section letter, which the standard has too, would say too little. */
function parseIndustryClass(typed: string, regime: Regime | undefined, door: Door): string {
  const code = door.read('industryCode', 'INDUSTRY', parseIndustryCode(typed, editionsFor(INDUSTRY_EDITIONS, regime)));
  if (code.length !== 1) return code;
  door.fault('industryCode', 'INDUSTRY_SECTION', '须填写四位小类代码 / give the four digits of a class, not a section');
  return '';
}

function parsePhone(typed: string, door: Door): string {
  const path = 'legalRepresentative.phone';
  const phone = readCode(typed);
  if (typeof phone === 'string') return door.form(path, 'PHONE_MALFORMED', phone, PHONE, ' 5–15 位数字');
  door.invalid(path, 'PHONE', phone);
  return '';
}

function parseMoney(door: Door, path: string, typed: string): bigint | undefined {
  const amount = parseAmount(typed);
  if (amount.class === 'INVALID') {
    door.invalid(path, 'AMOUNT', amount);
    return undefined;
  }
  if (amount.value === 0n) door.fault(path, 'AMOUNT_ZERO', '金额须大于零 / the amount must be more than zero');
  return amount.value;
}

interface Founder {
  readonly name: string;
  readonly idNumber: string | null;
  readonly uscc: string | null;
  readonly contribution: bigint | undefined;
}

function parseFounders(inputs: readonly FounderInput[], door: Door): readonly Founder[] {
  if (inputs.length === 0 || inputs.length > foundersMax) {
    door.fault('founders', 'FOUNDERS_COUNT', `出资人须为 1–${foundersMax} 名 / found ${inputs.length}`);
  }
  const founders = inputs.slice(0, foundersMax).map((input, at): Founder => {
    const path = `founders.${at}`;
    const idNumber = input.idNumber ?? null;
    const uscc = input.uscc ?? null;
    if ((idNumber === null) === (uscc === null)) {
      door.fault(path, 'FOUNDER_IDENTITY', '须且只须填写身份证号或统一社会信用代码之一 / give either idNumber or uscc');
    }
    return {
      name: door.text(`${path}.name`, input.name, 1, nameMax),
      idNumber: idNumber === null ? null : door.idNumber(`${path}.idNumber`, idNumber),
      uscc: uscc === null ? null : door.read(`${path}.uscc`, 'USCC', parseUscc(uscc)),
      contribution: parseMoney(door, `${path}.contribution`, input.contribution),
    };
  });
  const seen = new Set<string>();
  for (const [at, { idNumber, uscc }] of founders.entries()) {
    const identity = idNumber || uscc;
    if (identity && seen.has(identity)) door.fault(`founders.${at}`, 'FOUNDER_TWICE', '出资人重复 / named twice');
    if (identity) seen.add(identity);
  }
  return founders;
}

function checkSum(door: Door, capital: bigint | undefined, founders: readonly Founder[]): void {
  const contributions = founders.map(({ contribution }) => contribution);
  if (capital === undefined || founders.length === 0 || contributions.includes(undefined)) return;
  const sum = contributions.reduce<bigint>((total, fen) => total + (fen ?? 0n), 0n);
  if (sum === capital) return;
  const difference = sum > capital ? sum - capital : capital - sum;
  door.fault(
    'registeredCapital',
    'CAPITAL_SUM',
    `出资额合计与注册资本不符，相差 ${difference / 100n}.${String(difference % 100n).padStart(2, '0')} 元 / contributions and capital differ`,
  );
}

function parseSealOrders(orders: RegisterEnterpriseInput['sealOrders'], door: Door): readonly string[] {
  const kinds = Object.keys(SEAL_KINDS).length;
  if (orders.length > kinds)
    door.fault('sealOrders', 'SEALS_COUNT', `印章不得超过 ${kinds} 种 / found ${orders.length}`);
  const taken = orders.slice(0, kinds);
  for (const [at, kind] of taken.entries()) {
    if (taken.indexOf(kind) !== at) door.fault(`sealOrders.${at}`, 'SEAL_TWICE', '印章种类重复 / ordered twice');
  }
  return taken;
}

function parseMaterials(
  inputs: readonly MaterialInput[],
  door: Door,
  contents: Map<string, string>,
): readonly FiledMaterial[] {
  if (inputs.length > materialsMax) {
    door.fault('materials', 'MATERIALS_COUNT', `材料不得超过 ${materialsMax} 份 / found ${inputs.length}`);
  }
  return inputs.slice(0, materialsMax).map(({ kind, title, trust, mediaType, sha256, content }, at) => {
    const path = `materials.${at}`;
    door.form(`${path}.mediaType`, 'MEDIA_TYPE_MALFORMED', mediaType, MEDIA_TYPE, '如 application/pdf');
    door.form(`${path}.sha256`, 'SHA256_MALFORMED', sha256, SHA256, ' 64 位小写十六进制');
    if (typeof content === 'string') {
      const bytes = Buffer.from(content, 'base64');
      if (bytes.length === 0 || bytes.toString('base64') !== content) {
        door.fault(`${path}.content`, 'CONTENT_NOT_BASE64', '内容不是 Base64，或为空 / not Base64, or empty');
      } else if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
        door.fault(`${path}.sha256`, 'SHA256_MISMATCH', '内容与摘要不符 / the content has another SHA-256');
      } else contents.set(sha256, content);
    }
    return { kind, title: door.text(`${path}.title`, title, 1, titleMax), trust, mediaType, sha256 };
  });
}

/** No regime shipped takes the code from outside: where the registry draws it, a typed one could only contradict it. */
function parseOutsideCode(typed: string | null, door: Door): string | null {
  if (typed === null) return null;
  const code = parseOrganizationCode(typed);
  if (code.class === 'INVALID') door.invalid('organizationCode', 'ORGANIZATION_CODE', code);
  else {
    door.fault(
      'organizationCode',
      'ORGANIZATION_CODE_UNASKED',
      '此套餐由登记机关赋码，不得填写 / this regime assigns the code itself',
    );
  }
  return null;
}

/** Editions of the regime's time and later, and the newest; each begins with its year. */
function editionsFor<Edition extends string>(
  editions: readonly Edition[],
  regime: Regime | undefined,
): readonly Edition[] {
  const from = regime?.codeEditionsFrom ?? 0;
  const lastBefore = editions.findLast(edition => Number(edition.slice(0, 4)) <= from);
  return editions.filter(
    (edition, at) => edition === lastBefore || Number(edition.slice(0, 4)) > from || at === editions.length - 1,
  );
}
