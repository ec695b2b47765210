/** Records of one enterprise that does not exist, with the codes that GB 11714 reserves, as departments would seal them. */
import { canonicalize, type JsonObject, type JsonValue } from '../../certs/jcs.ts';
import { covered, struckOutOf, writeDisclosures } from '../../certs/leaves.ts';
import { CATALOGUE, type ItemId } from '../../subgraphs/catalogue.ts';
import type { GrantRecord, Json } from '../../subgraphs/record.ts';
import {
  formatOrganizationCode,
  organizationCodeFromBody,
  syntheticBody,
} from '../../subgraphs/standards/organization-code.ts';
import { composeRegistrationNumber } from '../../subgraphs/standards/registration-number.ts';
import { composeSealCode } from '../../subgraphs/standards/seal-code.ts';
import { composeTaxpayerNumber15 } from '../../subgraphs/standards/taxpayer-number.ts';
import { composeUscc } from '../../subgraphs/standards/uscc.ts';

/** A record as its department keeps it. */
export interface SealedRecord {
  readonly record: GrantRecord;
  readonly bytes: Uint8Array;
  readonly disclosures: Uint8Array | undefined;
}

export const regionCode = '371002';
const organizationCode = organizationCodeFromBody(syntheticBody(2));
export const uscc = composeUscc({
  registeringDepartment: '9',
  class: '1',
  region: regionCode,
  organizationCode,
});
const registrationNumber = composeRegistrationNumber(regionCode, '00000002');
const taxpayerNumber15 = composeTaxpayerNumber15(regionCode, organizationCode);
export const caseNumber = '371002-20261123-00002-6';
export const decidedOn = '2026-11-23';

export interface Enterprise {
  readonly holder: string;
  readonly enterpriseType: string;
  readonly registeredCapital: string;
  readonly address: string;
  readonly businessScope: string;
  readonly legalRepresentative: string;
  readonly founders: readonly { readonly name: string; readonly contribution: string; readonly uscc: string | null }[];
}

export const ORDINARY: Enterprise = {
  holder: '威海市环翠区示例海石软件有限公司',
  enterpriseType: 'LIMITED_COMPANY',
  registeredCapital: '500000.00',
  address: '威海市环翠区示例路2号',
  businessScope:
    '软件开发；信息系统集成服务；技术服务、技术开发、技术咨询、技术转让；计算机软硬件及辅助设备零售（依法须经批准的项目，经相关部门批准后方可开展经营活动）',
  legalRepresentative: '甲子某',
  founders: [
    { name: '甲子某', contribution: '300000.00', uscc: null },
    { name: '乙丑某', contribution: '200000.00', uscc: null },
  ],
};

const STEMS = '甲乙丙丁戊己庚辛壬癸';
const BRANCHES = '子丑寅卯辰巳午未申酉戌亥';
const SCOPE = [
  ...[
    '软件开发',
    '信息系统集成服务',
    '数据处理和存储支持服务',
    '计算机系统服务',
    '网络与信息安全软件开发',
    '人工智能应用软件开发',
  ],
  ...[
    '物联网技术服务',
    '海洋工程装备销售',
    '渔业机械销售',
    '水产品冷链仓储',
    '货物进出口',
    '技术进出口',
    '会议及展览服务',
  ],
  ...[
    '企业管理咨询',
    '市场调查（不含涉外调查）',
    '广告设计、代理、制作、发布',
    '办公设备租赁',
    '电子产品销售',
    '通讯设备销售',
  ],
  ...[
    '食品经营（销售预包装食品）',
    '餐饮服务',
    '住宿服务',
    '道路货物运输（不含危险货物）',
    '国内船舶代理',
    '劳务派遣服务',
  ],
];

/** Everything that makes papers hard at once: characters of GB 18030's extensions, long names, many founders. */
export const HARD: Enterprise = {
  // 60 characters, some of the Extensions A, B, C, E and F of Unicode.
  holder:
    '威海市环翠区㙟𠮷𪚥𫠊𬀪𬺰示例龘靐齉爩鱻麤龗灪吁圞滟爨癵驫麷鸜韊籱黸爧讟钃鱺鸝灩蠿虪齾纞籲鹂骊鱹海洋科技有限公司',
  enterpriseType: 'JOINT_STOCK_COMPANY',
  registeredCapital: '123456789.01',
  address:
    '威海市环翠区示例街道办事处示例社区居民委员会示例路一百二十三号示例国际海洋高新技术产业创新园区第四期研发中心综合楼东塔二十八层二八〇一室至二八一六室（住所申报承诺）',
  businessScope: `${Array.from({ length: 4 }, (_, nth) => SCOPE.map(item => (nth === 0 ? item : `${item}（第${nth + 1}类）`)).join('；')).join('；')}。`,
  legalRepresentative: '欧阳𠮷龘',
  founders: Array.from({ length: 20 }, (_, nth) => ({
    name:
      nth === 3
        ? '威海市示例㙟𠮷投资合伙企业（有限合伙）'
        : `${STEMS[nth % 10]}${BRANCHES[nth % 12]}${['某', '𠮷', '𪚥', '龘'][nth % 4]}`,
    contribution: nth === 19 ? '6172839.64' : '6172839.44',
    uscc: nth === 3 ? uscc : null,
  })),
};

/** @param personal Paths of fields that name persons. */
function sealedRecord(
  item: ItemId,
  content: Json,
  kind: string,
  number: string,
  holder: string,
  personal: readonly string[],
): SealedRecord {
  const plain = {
    format: 'one-window/record/2',
    department: CATALOGUE[item].department,
    item,
    caseNumber,
    operationId: `${caseNumber}/${item}/1`,
    decidedOn,
    outcome: 'GRANTED',
    kind,
    number,
    holder,
    uscc,
    version: 1,
    content,
  } as unknown as JsonObject;
  // Salts of samples are no secret: the same pictures are drawn each time.
  const salts = new Map(personal.map((path, nth) => [path, String(nth).padStart(32, '0')]));
  const { record, leaves } = covered(plain, salts);
  const bytes = Buffer.from(canonicalize(record as JsonValue));
  return { record: record as unknown as GrantRecord, bytes, disclosures: writeDisclosures(bytes, leaves) };
}

export function license(enterprise: Enterprise, numbering: 'SEPARATE' | 'UNIFIED'): SealedRecord {
  const { holder, legalRepresentative, founders, ...rest } = enterprise;
  const separate = numbering === 'SEPARATE';
  return sealedRecord(
    'license',
    {
      ...rest,
      registrationNumber: separate ? registrationNumber : null,
      regionCode,
      industryCode: '6513',
      legalRepresentative: { name: legalRepresentative, idNumber: { sha256: '00'.repeat(32) } },
      founders: founders as unknown as Json,
    },
    'BUSINESS_LICENSE',
    separate ? registrationNumber : uscc,
    holder,
    [
      'content.legalRepresentative.name',
      'content.legalRepresentative.idNumber',
      ...founders.flatMap(({ uscc: code }, at) => (code === null ? [`content.founders.${at}.name`] : [])),
    ],
  );
}

/** The same with some fields struck out. */
export const struckOut = ({ disclosures, ...rest }: SealedRecord, paths: readonly string[]): SealedRecord => ({
  ...rest,
  disclosures: disclosures && struckOutOf(disclosures, paths),
});

export function code(item: 'organization-code' | 'code-confirmation'): SealedRecord {
  const number = formatOrganizationCode(organizationCode);
  const kind = CATALOGUE[item].certificate;
  return sealedRecord(item, { organizationCode: number, regionCode }, kind, number, ORDINARY.holder, []);
}

export function tax(
  item: 'national-tax' | 'local-tax' | 'national-tax-confirmation' | 'local-tax-confirmation',
): SealedRecord {
  const authority = item.startsWith('national') ? 'NATIONAL' : 'LOCAL';
  const office = `山东省威海市环翠区${authority === 'NATIONAL' ? '国家' : '地方'}税务局`;
  const taxpayerNumber = item.endsWith('confirmation') ? uscc : taxpayerNumber15;
  const kind = CATALOGUE[item].certificate;
  return sealedRecord(item, { authority, office, taxpayerNumber }, kind, taxpayerNumber, ORDINARY.holder, []);
}

export function sealFiling({ holder, legalRepresentative }: Enterprise): SealedRecord {
  const kinds = [
    ['COMPANY', holder],
    ['FINANCE', `${holder}财务专用章`],
    ['INVOICE', `${holder}发票专用章`],
    ['CONTRACT', `${holder}合同专用章`],
    ['LEGAL_REPRESENTATIVE', `${legalRepresentative}之印`],
  ] as const;
  const seals = kinds.map(([kind, text], nth) => ({ kind, code: composeSealCode(regionCode, nth + 3), text }));
  return sealedRecord('seal-filing', { seals }, 'SEAL_FILING', '371002-S0000003', holder, ['content.seals.4.text']);
}
