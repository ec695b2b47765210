/** Names of departments, kinds of papers, fields and values, as people know them; what is not here is shown as it is. */
import type { Language } from './words.ts';

type Named = Readonly<Record<string, readonly [zh: string, en: string]>>;

const named =
  (names: Named) =>
  (code: string, language: Language): string =>
    Object.hasOwn(names, code) ? names[code]![language === 'zh' ? 0 : 1] : code;

export const departmentName = named({
  business: ['市场监督管理局', 'Market regulation'],
  tax: ['税务局', 'Tax'],
  code: ['组织机构代码管理中心', 'Organization codes'],
  seal: ['公安局', 'Public security'],
  center: ['政务服务中心', 'Service center'],
});

export const paperName = named({
  BUSINESS_LICENSE: ['营业执照', 'Business license'],
  ORGANIZATION_CODE: ['组织机构代码证', 'Organization code certificate'],
  NATIONAL_TAX: ['国税税务登记证', 'National tax registration certificate'],
  LOCAL_TAX: ['地税税务登记证', 'Local tax registration certificate'],
  SEAL_FILING: ['印章备案证', 'Seal filing card'],
  CODE_CONFIRMATION: ['代码中心信息接收确认', 'Confirmation by the code center'],
  NATIONAL_TAX_CONFIRMATION: ['国税信息接收确认', 'Confirmation by national tax'],
  LOCAL_TAX_CONFIRMATION: ['地税信息接收确认', 'Confirmation by local tax'],
  NAME_RESERVATION: ['企业名称预留告知书', 'Reservation of the enterprise name'],
  REFUSAL: ['不予许可决定', 'Refusal'],
  CORRECTION: ['补正要求', 'Correction asked'],
  REVOCATION: ['撤销决定', 'Revocation'],
  ACCEPTANCE: ['受理通知书', 'Acceptance slip'],
  ONE_TIME_NOTICE: ['一次性告知单', 'One-time notice'],
  DECISION: ['决定书', 'Decision slip'],
  DELIVERY: ['送达回证', 'Delivery slip'],
  TRUST_LIST: ['信任列表', 'Trust list'],
});

export const fieldName = named({
  number: ['编号', 'Number'],
  holder: ['名称', 'Name'],
  enterprise: ['企业', 'Enterprise'],
  uscc: ['统一社会信用代码', 'Unified social credit code'],
  registrationNumber: ['注册号', 'Registration number'],
  enterpriseType: ['类型', 'Type'],
  legalRepresentative: ['法定代表人', 'Legal representative'],
  name: ['姓名', 'Name'],
  idNumber: ['公民身份号码', 'Citizen ID number'],
  registeredCapital: ['注册资本（元）', 'Registered capital (CNY)'],
  address: ['住所', 'Address'],
  businessScope: ['经营范围', 'Scope of business'],
  industryCode: ['行业代码', 'Industry code'],
  regionCode: ['行政区划代码', 'Region code'],
  founders: ['股东（发起人）', 'Founders'],
  contribution: ['出资额（元）', 'Contribution (CNY)'],
  organizationCode: ['组织机构代码', 'Organization code'],
  taxpayerNumber: ['纳税人识别号', 'Taxpayer number'],
  authority: ['税务机关', 'Tax authority'],
  office: ['主管税务所', 'Office in charge'],
  seals: ['备案印章', 'Seals on file'],
  code: ['编码', 'Code'],
  text: ['印文', 'Text'],
  kind: ['种类', 'Kind'],
  reservedOn: ['预留日期', 'Reserved on'],
  expiresOn: ['有效期至', 'Until'],
  decidedOn: ['核准日期', 'Decided on'],
  outcome: ['结果', 'Outcome'],
  ground: ['理由', 'Ground'],
  article: ['法律依据', 'Article'],
  revokes: ['撤销的操作', 'Revokes operation'],
  faults: ['需补正之处', 'Faults'],
  path: ['位置', 'Place'],
  message: ['说明', 'Message'],
  content: ['内容', 'Content'],
  department: ['部门', 'Department'],
  item: ['事项', 'Item'],
  items: ['事项', 'Items'],
  caseNumber: ['办件编号', 'Case number'],
  operationId: ['操作编号', 'Operation'],
  version: ['版本', 'Version'],
  format: ['格式', 'Format'],
  basis: ['依据', 'Basis'],
  regime: ['登记制度', 'Regime'],
  id: ['标识', 'Id'],
  title: ['名称', 'Title'],
  issuedAt: ['签发时间', 'Issued at'],
  acceptedOn: ['受理日期', 'Accepted on'],
  dueOn: ['承诺办结日期', 'Due on'],
  dueOnProvisional: ['办结日期待定', 'Due day provisional'],
  promisedWorkdays: ['承诺时限（工作日）', 'Promised working days'],
  bySilenceOf: ['视为受理的部门', 'Deemed accepted by'],
  stage: ['阶段', 'Stage'],
  receivedOn: ['收件日期', 'Received on'],
  marks: ['意见', 'Marks'],
  decision: ['决定', 'Decision'],
  remedies: ['救济途径', 'Remedies'],
  means: ['送达方式', 'Means'],
  deliveredAt: ['送达时间', 'Delivered at'],
  papers: ['文书', 'Papers'],
  isSealed: ['已签章', 'Sealed'],
  recordSha256: ['记录摘要', 'Record digest'],
  ledger: ['台账', 'Ledger'],
  seq: ['序号', 'Entry'],
  hash: ['散列值', 'Hash'],
  cause: ['事由', 'Cause'],
  grounds: ['理由', 'Grounds'],
  takenBack: ['撤回的文书', 'Taken back'],
  grant: ['原许可', 'Grant'],
  refusal: ['不予许可', 'Refusal'],
  revocationSha256: ['撤销记录摘要', 'Revocation digest'],
  salt: ['盐', 'Salt'],
  sha256: ['散列值', 'Hash'],
});

const values = named({
  LIMITED_COMPANY: ['有限责任公司', 'Limited company'],
  JOINT_STOCK_COMPANY: ['股份有限公司', 'Joint-stock company'],
  SOLE_PROPRIETORSHIP: ['个人独资企业', 'Sole proprietorship'],
  PARTNERSHIP: ['合伙企业', 'Partnership'],
  INDIVIDUAL_BUSINESS: ['个体工商户', 'Individual business'],
  COMPANY: ['公章', 'Company seal'],
  FINANCE: ['财务专用章', 'Finance seal'],
  INVOICE: ['发票专用章', 'Invoice seal'],
  CONTRACT: ['合同专用章', 'Contract seal'],
  LEGAL_REPRESENTATIVE: ['法定代表人名章', 'Legal representative’s seal'],
  GRANTED: ['准予', 'Granted'],
  REFUSED: ['不予许可', 'Refused'],
  CORRECTION_ASKED: ['要求补正', 'Correction asked'],
  REVOKED: ['撤销', 'Revoked'],
  SKIPPED: ['未提交', 'Skipped'],
  TAKEN_BACK: ['已撤回', 'Taken back'],
  ELECTRONIC: ['电子送达', 'Electronic'],
  BEFORE_FILING: ['提交之前', 'Before filing'],
  AFTER_FILING: ['提交之后', 'After filing'],
  WITHDRAWAL: ['申请人撤回', 'Withdrawal'],
  CLOSED: ['办结', 'Closed'],
  WITHDRAWN: ['已撤回', 'Withdrawn'],
  NATIONAL: ['国税', 'National'],
  LOCAL: ['地税', 'Local'],
});

/** @param field The name of the member that it is the value of. */
export function valueName(field: string, value: string, language: Language): string {
  if (field === 'department' || field === 'bySilenceOf') return departmentName(value, language);
  if (field === 'text' || field === 'name' || field === 'holder' || field === 'number') return value;
  const paper = paperName(value, language);
  return paper === value ? values(value, language) : paper;
}

export const caseStateName = (state: string, language: Language): string => values(state, language);
