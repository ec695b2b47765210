/**
 * The service-item catalogue (事项目录): what can be applied for, at which department, with which papers, by when.
 * It is data and the only place that lists departments; a department is its folder, its entries here, and its place
 * in the regimes.
 */

export const ENTERPRISE_TYPES = {
  LIMITED_COMPANY: '有限责任公司',
  JOINT_STOCK_COMPANY: '股份有限公司',
  SOLE_PROPRIETORSHIP: '个人独资企业',
  PARTNERSHIP: '合伙企业',
  INDIVIDUAL_BUSINESS: '个体工商户',
} as const;
export type EnterpriseType = keyof typeof ENTERPRISE_TYPES;

export const SEAL_KINDS = {
  COMPANY: '公章',
  FINANCE: '财务专用章',
  INVOICE: '发票专用章',
  CONTRACT: '合同专用章',
  LEGAL_REPRESENTATIVE: '法定代表人名章',
} as const;
export type SealKind = keyof typeof SEAL_KINDS;

export const MATERIAL_KINDS = {
  APPLICATION_FORM: '登记申请书',
  ARTICLES: '章程',
  IDENTITY: '身份证明',
  ADDRESS_PROOF: '住所证明',
  APPOINTMENT: '任职文件',
} as const;
export type MaterialKind = keyof typeof MATERIAL_KINDS;

/** A from the issuer with its seal, B checked at a window, C uploaded unchecked, D self-declared with a promise. */
export const TRUST_LEVELS = ['A', 'B', 'C', 'D'] as const;
export type TrustLevel = (typeof TRUST_LEVELS)[number];

/** What an item demands of the papers: the weakest trust level that still suffices, and for which kinds of enterprise. */
export interface MaterialDemand {
  readonly kind: MaterialKind;
  readonly trust: TrustLevel;
  readonly only?: readonly EnterpriseType[];
}

interface DepartmentEntry {
  /** The organization in whose name it seals (O of its certificate). */
  readonly organization: string;
  readonly title: string;
  /** The port on which the reference department listens. */
  readonly port: number;
  /**
   * How the center hears of a decision that takes a person's time: CALLS_BACK, the department tells it of its own
   * accord (`reportOutcome`); IS_POLLED, it is asked now and then (`outcomesOf`). A department that calls back is asked
   * too, only less often, because a call-back can be lost.
   */
  readonly answersLate: 'CALLS_BACK' | 'IS_POLLED';
}

/** Departments (部门) in the order of their ports. */
export const DEPARTMENTS = {
  business: {
    organization: '市场监督管理局',
    title: 'Market regulation: names and licenses',
    port: 4001,
    answersLate: 'IS_POLLED',
  },
  tax: { organization: '税务局', title: 'National and local tax registration', port: 4002, answersLate: 'CALLS_BACK' },
  code: { organization: '组织机构代码管理中心', title: 'Organization codes', port: 4003, answersLate: 'IS_POLLED' },
  seal: { organization: '公安局', title: 'Filing of company seals', port: 4004, answersLate: 'CALLS_BACK' },
} as const satisfies Record<string, DepartmentEntry>;
export type DepartmentId = keyof typeof DEPARTMENTS;

/** The center seals slips and the trust list; it is no department. */
export const CENTER = { id: 'center', organization: '政务服务中心' } as const;

interface ItemEntry {
  readonly department: DepartmentId;
  readonly title: string;
  readonly chinese: string;
  /** The kind of certificate granted; null for a grant that no paper shows, such as a reserved name. */
  readonly certificate: string | null;
  /** Whether the department seals what it grants. Refusals and corrections are sealed in any case. */
  readonly sealed: boolean;
  /** Kinds of documents without which the department does not decide. */
  readonly evidence: readonly string[];
  readonly materials: readonly MaterialDemand[];
  /** Promised limit (承诺时限) in working days; 0 is the same day. */
  readonly promisedWorkdays: number;
  /** Statutory limit (法定时限) in working days. */
  readonly statutoryWorkdays: number;
  /** The law that orders the item (设定依据). */
  readonly basis: string;
}

const COMPANIES = ['LIMITED_COMPANY', 'JOINT_STOCK_COMPANY'] as const;
/** A real-name check (实名) needs a paper that somebody has looked at; a copy serves the registry. */
const IDENTITY_COPY = { kind: 'IDENTITY', trust: 'C' } as const;
const IDENTITY_CHECKED = { kind: 'IDENTITY', trust: 'B' } as const;
const LICENSE_EVIDENCE = ['BUSINESS_LICENSE'] as const;

/** Items (事项). Limits: Administrative Licensing Law art. 42; Market Entity Registration Regulation art. 19. */
export const CATALOGUE = {
  name: {
    department: 'business',
    title: 'Reservation of the enterprise name',
    chinese: '企业名称预留',
    certificate: null,
    sealed: false,
    evidence: [],
    materials: [],
    promisedWorkdays: 0,
    statutoryWorkdays: 20,
    basis: '企业名称登记管理规定',
  },
  license: {
    department: 'business',
    title: 'Business license',
    chinese: '营业执照',
    certificate: 'BUSINESS_LICENSE',
    sealed: true,
    evidence: [],
    materials: [
      { kind: 'APPLICATION_FORM', trust: 'C' },
      { kind: 'ARTICLES', trust: 'C', only: [...COMPANIES, 'PARTNERSHIP'] },
      IDENTITY_COPY,
      { kind: 'ADDRESS_PROOF', trust: 'C' },
      { kind: 'APPOINTMENT', trust: 'C', only: COMPANIES },
    ],
    promisedWorkdays: 3,
    statutoryWorkdays: 20,
    basis: '市场主体登记管理条例',
  },
  'organization-code': {
    department: 'code',
    title: 'Organization code certificate',
    chinese: '组织机构代码证',
    certificate: 'ORGANIZATION_CODE',
    sealed: true,
    evidence: LICENSE_EVIDENCE,
    materials: [],
    promisedWorkdays: 1,
    statutoryWorkdays: 20,
    basis: 'GB 11714-1997',
  },
  'national-tax': {
    department: 'tax',
    title: 'National tax registration certificate',
    chinese: '国税税务登记证',
    certificate: 'NATIONAL_TAX',
    sealed: true,
    evidence: LICENSE_EVIDENCE,
    materials: [IDENTITY_CHECKED],
    promisedWorkdays: 1,
    statutoryWorkdays: 20,
    basis: '税收征收管理法 art. 15',
  },
  'local-tax': {
    department: 'tax',
    title: 'Local tax registration certificate',
    chinese: '地税税务登记证',
    certificate: 'LOCAL_TAX',
    sealed: true,
    evidence: LICENSE_EVIDENCE,
    materials: [IDENTITY_CHECKED],
    promisedWorkdays: 1,
    statutoryWorkdays: 20,
    basis: '税收征收管理法 art. 15',
  },
  'seal-filing': {
    department: 'seal',
    title: 'Filing of the company seals',
    chinese: '印章备案',
    certificate: 'SEAL_FILING',
    sealed: true,
    evidence: LICENSE_EVIDENCE,
    materials: [IDENTITY_COPY],
    promisedWorkdays: 1,
    statutoryWorkdays: 20,
    basis: '印铸刻字业暂行管理规则',
  },
  'code-confirmation': {
    department: 'code',
    title: 'Confirmation of the code by the code center',
    chinese: '代码中心信息接收确认',
    certificate: 'CODE_CONFIRMATION',
    sealed: true,
    evidence: LICENSE_EVIDENCE,
    materials: [],
    promisedWorkdays: 0,
    statutoryWorkdays: 20,
    basis: 'GB 32100-2015',
  },
  'national-tax-confirmation': {
    department: 'tax',
    title: 'Confirmation by national tax',
    chinese: '国税信息接收确认',
    certificate: 'NATIONAL_TAX_CONFIRMATION',
    sealed: true,
    evidence: LICENSE_EVIDENCE,
    materials: [IDENTITY_CHECKED],
    promisedWorkdays: 0,
    statutoryWorkdays: 20,
    basis: '税收征收管理法 art. 15',
  },
  'local-tax-confirmation': {
    department: 'tax',
    title: 'Confirmation by local tax',
    chinese: '地税信息接收确认',
    certificate: 'LOCAL_TAX_CONFIRMATION',
    sealed: true,
    evidence: LICENSE_EVIDENCE,
    materials: [IDENTITY_CHECKED],
    promisedWorkdays: 0,
    statutoryWorkdays: 20,
    basis: '税收征收管理法 art. 15',
  },
} as const satisfies Record<string, ItemEntry>;

export type ItemId = keyof typeof CATALOGUE;
export type CatalogueItem = ItemEntry;
/** The items that one department handles; its folder must decide each of them. */
export type ItemsOf<Id extends DepartmentId> = {
  [Item in ItemId]: (typeof CATALOGUE)[Item]['department'] extends Id ? Item : never;
}[ItemId];
export type CertificateKind = NonNullable<(typeof CATALOGUE)[ItemId]['certificate']>;

/** The entry, seen without the literal types. */
export const itemEntry = (item: ItemId): CatalogueItem => CATALOGUE[item];
export const isItem = (text: string): text is ItemId => Object.hasOwn(CATALOGUE, text);
export const departmentIds = Object.keys(DEPARTMENTS) as readonly DepartmentId[];
export const itemIds = Object.keys(CATALOGUE) as readonly ItemId[];
export const isDepartment = (text: string): text is DepartmentId => Object.hasOwn(DEPARTMENTS, text);
export const itemsOf = <Id extends DepartmentId>(department: Id): readonly ItemsOf<Id>[] =>
  itemIds.filter(item => CATALOGUE[item].department === department) as ItemsOf<Id>[];
export const certificateKinds: readonly CertificateKind[] = itemIds.flatMap(item => CATALOGUE[item].certificate ?? []);

/** Whether a paper of this trust satisfies a demand: A is the strongest; an unknown level satisfies none. */
export function suffices(trust: string, demanded: TrustLevel): boolean {
  const level = (TRUST_LEVELS as readonly string[]).indexOf(trust);
  return level >= 0 && level <= TRUST_LEVELS.indexOf(demanded);
}
