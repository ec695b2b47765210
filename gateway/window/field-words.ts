/** Fields of an application as its form names them, for people who have filled it in on paper. */
const WORDS: Readonly<Record<string, string>> = {
  regionCode: '登记地区',
  name: '名称',
  'name.tradingName': '字号',
  'name.trade': '行业表述',
  'name.form': '组织形式',
  enterpriseType: '企业类型',
  registeredCapital: '注册资本',
  address: '住所',
  businessScope: '经营范围',
  industryCode: '行业代码',
  legalRepresentative: '法定代表人',
  'legalRepresentative.name': '法定代表人姓名',
  'legalRepresentative.idNumber': '法定代表人身份号码',
  'legalRepresentative.phone': '法定代表人电话',
  founders: '出资人',
  sealOrders: '刻制印章',
  materials: '申请材料',
  organizationCode: '组织机构代码',
};

/** Of an entry of a list: its member's name. */
const MEMBERS: Readonly<Record<string, string>> = {
  name: '姓名或者名称',
  idNumber: '身份号码',
  uscc: '统一社会信用代码',
  contribution: '出资额',
  kind: '种类',
  title: '标题',
  trust: '核验程度',
  mediaType: '格式',
  sha256: '摘要',
  content: '内容',
};

const ENTRY = /^([A-Za-z]+)\.(\d{1,6})(?:\.([A-Za-z0-9]+))?$/;

/** @param path Such as founders.0.idNumber, in words 出资人第1项身份号码; one that is not known stays as it is. */
export function fieldWords(path: string): string {
  const known = wordsOf(path);
  if (known) return known;
  const [, list = '', at, member] = ENTRY.exec(path) ?? [];
  const [listWords, memberWords] = [wordsOf(list), member === undefined ? '' : membersOf(member)];
  return listWords && memberWords !== undefined ? `${listWords}第${Number(at) + 1}项${memberWords}` : path;
}

const wordsOf = (path: string): string | undefined => (Object.hasOwn(WORDS, path) ? WORDS[path] : undefined);
const membersOf = (name: string): string | undefined => (Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined);
