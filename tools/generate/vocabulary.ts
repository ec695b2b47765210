import type { EnterpriseType, SealKind } from '../../subgraphs/catalogue.ts';

/**
 * Characters of invented trading names (字号): 128, so that three of them write 21 bits. None of those that make up a
 * reserved or misleading word is among them.
 */
export const NAME_CHARACTERS = [
  ...('星桥云岚溪澜沐泽润霖霁霞曦昕晔晗煜烁炫烨熠燊楠桐梧柏松榆槿芷若蕙' +
    '兰荷菡萏葵蔚蓝苍翠碧瑶琪琳琅玥珂璟璇瑾瑜钰铭锐鑫铄锦绣绮缦缨纶纬' +
    '经纵横驰骋骏骐骥麒麟鹤鸿鹄鹏鸾鸣翔翱翼羽逸遥远迈达道仁义礼智信诚' +
    '笃敦厚朴素雅致宁静安康泰和谐悦欣怡恬愉晓朗澈渊湛涵汐浔淇沅涟漪洵'),
];

/** Ideographs outside the Basic Multilingual Plane, from extensions B, C and G. */
export const RARE_CHARACTERS = ['𠮷', '𣘺', '𡈽', '𦍌', '𪚥', '𪜀', '𰀀'] as const;

export interface Place {
  readonly code: string;
  /** As an address begins. */
  readonly name: string;
  /** The region whose registry keeps the names: a city, a whole municipality, a county that answers to its province. */
  readonly city: string;
}

/**
 * Counties and districts that every edition of GB/T 2260 since 2007 holds. There are two dozen, about equally likely,
 * so that a million licenses leave no region's block of 99,999 synthetic codes used up.
 */
export const COUNTIES: readonly Place[] = [
  { code: '371002', name: '山东省威海市环翠区', city: '371000' },
  { code: '371083', name: '山东省威海市乳山市', city: '371000' },
  { code: '330782', name: '浙江省金华市义乌市', city: '330700' },
  { code: '330702', name: '浙江省金华市婺城区', city: '330700' },
  { code: '350428', name: '福建省三明市将乐县', city: '350400' },
  { code: '610113', name: '陕西省西安市雁塔区', city: '610100' },
  { code: '610102', name: '陕西省西安市新城区', city: '610100' },
  { code: '110102', name: '北京市西城区', city: '110000' },
  { code: '110105', name: '北京市朝阳区', city: '110000' },
  { code: '310104', name: '上海市徐汇区', city: '310000' },
  { code: '310115', name: '上海市浦东新区', city: '310000' },
  { code: '500103', name: '重庆市渝中区', city: '500000' },
  { code: '440305', name: '广东省深圳市南山区', city: '440300' },
  { code: '440304', name: '广东省深圳市福田区', city: '440300' },
  { code: '420106', name: '湖北省武汉市武昌区', city: '420100' },
  { code: '429004', name: '湖北省仙桃市', city: '429004' },
  { code: '510107', name: '四川省成都市武侯区', city: '510100' },
  { code: '320106', name: '江苏省南京市鼓楼区', city: '320100' },
  { code: '430102', name: '湖南省长沙市芙蓉区', city: '430100' },
  { code: '230102', name: '黑龙江省哈尔滨市道里区', city: '230100' },
  { code: '530102', name: '云南省昆明市五华区', city: '530100' },
  { code: '620102', name: '甘肃省兰州市城关区', city: '620100' },
  { code: '520102', name: '贵州省贵阳市南明区', city: '520100' },
  { code: '450103', name: '广西壮族自治区南宁市青秀区', city: '450100' },
];

export const CITIES: readonly Place[] = [
  { code: '371000', name: '山东省威海市', city: '371000' },
  { code: '330700', name: '浙江省金华市', city: '330700' },
  { code: '610100', name: '陕西省西安市', city: '610100' },
  { code: '440300', name: '广东省深圳市', city: '440300' },
  { code: '420100', name: '湖北省武汉市', city: '420100' },
  { code: '510100', name: '四川省成都市', city: '510100' },
];

/** 崇文区 went into 东城区 in 2010: a region for a regime that takes the codes of 2007, none for a later one. */
export const DISSOLVED: Place = { code: '110103', name: '北京市崇文区', city: '110000' };
export const PROVINCE = '370000';

export interface Trade {
  readonly weight: number;
  /** 行业 as the name has it. */
  readonly trade: string;
  /** GB/T 4754: a class of the edition of 2011 or of 2017. */
  readonly code: string;
  readonly scope: string;
  /** The least capital that a law demands, in fen. */
  readonly capitalMinFen?: number;
}

export const TRADES: readonly Trade[] = [
  { weight: 60, trade: '软件', code: '6513', scope: '软件开发；信息系统集成服务' },
  { weight: 40, trade: '信息技术', code: '6531', scope: '信息系统集成服务；数据处理' },
  { weight: 20, trade: '集成电路设计', code: '6520', scope: '集成电路设计' },
  { weight: 70, trade: '贸易', code: '5299', scope: '日用百货零售' },
  { weight: 60, trade: '百货', code: '5211', scope: '百货零售' },
  { weight: 40, trade: '超市', code: '5212', scope: '超级市场零售；预包装食品零售' },
  { weight: 30, trade: '化妆品', code: '5234', scope: '化妆品及卫生用品零售' },
  { weight: 20, trade: '文具', code: '5241', scope: '文具用品零售' },
  { weight: 40, trade: '电子商务', code: '5292', scope: '互联网零售' },
  { weight: 30, trade: '纺织品', code: '5131', scope: '纺织品、针织品及原料批发' },
  { weight: 30, trade: '五金', code: '5174', scope: '五金产品批发' },
  { weight: 20, trade: '通讯设备', code: '5177', scope: '通讯设备批发' },
  { weight: 60, trade: '餐饮', code: '6210', scope: '正餐服务' },
  { weight: 40, trade: '快餐', code: '6220', scope: '快餐服务' },
  { weight: 20, trade: '饮品', code: '6299', scope: '饮品制售' },
  { weight: 40, trade: '装饰', code: '5011', scope: '公共建筑装饰和装修' },
  { weight: 25, trade: '管道工程', code: '4852', scope: '管道工程建筑' },
  { weight: 20, trade: '市政工程', code: '4813', scope: '市政道路工程建筑' },
  { weight: 30, trade: '物业管理', code: '7020', scope: '物业管理' },
  { weight: 25, trade: '房地产', code: '7010', scope: '房地产开发经营' },
  { weight: 30, trade: '广告', code: '7251', scope: '互联网广告服务' },
  { weight: 30, trade: '会计', code: '7241', scope: '会计、审计及税务服务' },
  { weight: 15, trade: '人力资源', code: '7263', scope: '劳务派遣服务', capitalMinFen: 200_000_000 },
  { weight: 20, trade: '旅行社', code: '7291', scope: '旅行社及相关服务' },
  { weight: 40, trade: '商务服务', code: '7299', scope: '企业形象策划；会议服务' },
  { weight: 25, trade: '供应链', code: '7224', scope: '供应链管理服务' },
  { weight: 25, trade: '物流', code: '5437', scope: '城市配送' },
  { weight: 15, trade: '装卸', code: '5910', scope: '装卸搬运' },
  { weight: 30, trade: '科技', code: '7590', scope: '科技推广服务' },
  { weight: 20, trade: '农业技术', code: '7519', scope: '农业技术推广服务' },
  { weight: 20, trade: '培训', code: '8391', scope: '职业技能培训' },
  { weight: 30, trade: '汽车维修', code: '8111', scope: '汽车修理与维护' },
  { weight: 30, trade: '美容美发', code: '8040', scope: '理发及美容服务' },
  { weight: 20, trade: '家政', code: '8010', scope: '家庭服务' },
  { weight: 15, trade: '洗浴', code: '8051', scope: '洗浴服务' },
  { weight: 25, trade: '食品', code: '1411', scope: '糕点、面包制造' },
  { weight: 20, trade: '服装', code: '1811', scope: '机织服装制造' },
  { weight: 20, trade: '家具', code: '2110', scope: '木质家具制造' },
  { weight: 25, trade: '机械', code: '3484', scope: '机械零部件加工' },
  { weight: 20, trade: '模具', code: '3525', scope: '模具制造' },
  { weight: 15, trade: '电机', code: '3812', scope: '电动机制造' },
  { weight: 25, trade: '蔬菜', code: '0141', scope: '蔬菜种植' },
  { weight: 15, trade: '养殖', code: '0321', scope: '鸡的饲养' },
];

/** Classes whose law demands a capital, and that capital in fen. */
export const CAPITAL_MINIMUMS = [
  { code: '7263', fen: 200_000_000 },
  { code: '6621', fen: 5_000_000_000 },
  { code: '6811', fen: 20_000_000_000 },
] as const;

interface TypeEntry {
  readonly weight: number;
  readonly type: EnterpriseType;
  readonly forms: readonly string[];
  /** Founders drawn; the law allows companies and partnerships more. */
  readonly founders: readonly [least: number, most: number];
  readonly enterprisesFound: boolean;
  readonly registeredAt: readonly (readonly Place[])[];
}

/** What is lawful for each type, from its law: 公司法, 合伙企业法, 个人独资企业法, 促进个体工商户发展条例. */
export const TYPES: readonly TypeEntry[] = [
  {
    weight: 70,
    type: 'LIMITED_COMPANY',
    forms: ['有限公司', '有限责任公司'],
    founders: [1, 5],
    enterprisesFound: true,
    registeredAt: [COUNTIES, COUNTIES, COUNTIES, CITIES],
  },
  {
    weight: 4,
    type: 'JOINT_STOCK_COMPANY',
    forms: ['股份有限公司', '股份公司'],
    founders: [1, 5],
    enterprisesFound: true,
    registeredAt: [CITIES],
  },
  {
    weight: 7,
    type: 'SOLE_PROPRIETORSHIP',
    forms: ['厂', '店', '中心', '工作室', '商行'],
    founders: [1, 1],
    enterprisesFound: false,
    registeredAt: [COUNTIES],
  },
  {
    weight: 7,
    type: 'PARTNERSHIP',
    forms: ['普通合伙', '有限合伙'],
    founders: [2, 5],
    enterprisesFound: true,
    registeredAt: [COUNTIES, COUNTIES, COUNTIES, CITIES],
  },
  {
    weight: 12,
    type: 'INDIVIDUAL_BUSINESS',
    forms: ['厂', '店', '中心', '工作室', '商行', '经营部'],
    founders: [1, 1],
    enterprisesFound: false,
    registeredAt: [COUNTIES],
  },
];

export const FURTHER_SEALS: readonly SealKind[] = ['FINANCE', 'INVOICE', 'CONTRACT', 'LEGAL_REPRESENTATIVE'];

const STEMS = [...'甲乙丙丁戊己庚辛壬癸'];
const BRANCHES = [...'子丑寅卯辰巳午未申酉戌亥'];
/** 甲子某 … 癸亥某: the sixty of the calendar, nobody's name. */
export const PERSON_NAMES: readonly string[] = Array.from(
  { length: 60 },
  (_, at) => `${STEMS[at % 10]}${BRANCHES[at % 12]}某`,
);
