/**
 * What the light departments know: made from a unified social credit code alone, so that whoever knows the code knows
 * the right answer. Synthetic throughout; the codes carry no check character, which nobody reads here.
 */

/** An object of an answer, by the names of the schema. */
export interface Known {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

const REGIONS_MANY = 4_000;
/** Numbered so that a region's enterprises are a page of a list. */
export const regionAt = (nth: number): string => String(100_000 + (nth % REGIONS_MANY));
export const usccAt = (region: string, nth: number): string => `91${region}${String(nth).padStart(9, '0')}X`;

const day = (seed: number): string => `20${two(10 + (seed % 15))}-${two(1 + (seed % 12))}-${two(1 + (seed % 28))}`;
const two = (value: number): string => String(value).padStart(2, '0');
const seedOf = (uscc: string): number => Number(uscc.slice(2, 8)) * 31 + Number(uscc.slice(8, 17));

/** By department: what it adds to an enterprise. */
export const ENTERPRISE: Readonly<Record<string, (uscc: string) => Known>> = {
  business(uscc) {
    const seed = seedOf(uscc);
    return {
      __typename: 'Enterprise',
      uscc,
      name: `威海示例星桥${seed}软件有限公司`,
      typeName: '有限责任公司',
      regionCode: uscc.slice(2, 8),
      address: `威海市环翠区示例路${seed % 400}号`,
      businessScope: '软件开发；信息系统集成服务；数据处理和存储支持服务',
      industryCode: '6513',
      registeredCapital: `${100_000 + (seed % 900) * 1_000}.00`,
      legalRepresentative: `甲子${seed % 97}`,
      license: { __typename: 'BusinessLicense', number: uscc, issuedOn: day(seed), status: 'VALID' },
    };
  },
  tax(uscc) {
    const seed = seedOf(uscc);
    const registration = (authority: string, office: string) => ({
      __typename: 'TaxRegistration',
      authority,
      office,
      taxpayerNumber: uscc,
      registeredOn: day(seed + 1),
      status: 'VALID',
    });
    const taxRegistrations = [
      registration('NATIONAL', '国家税务局环翠分局'),
      registration('LOCAL', '地方税务局环翠分局'),
    ];
    return { __typename: 'Enterprise', uscc, taxRegistrations };
  },
  code(uscc) {
    const seed = seedOf(uscc);
    const code = `${uscc.slice(8, 16)}-${seed % 10}`;
    const organizationCode = {
      __typename: 'OrganizationCodeEntry',
      code,
      certified: seed % 2 === 0,
      enteredOn: day(seed + 2),
      status: 'VALID',
    };
    return { __typename: 'Enterprise', uscc, organizationCode };
  },
  seal(uscc) {
    const seed = seedOf(uscc);
    const seals = ['公章', '财务专用章', '发票专用章'].slice(0, 2 + (seed % 2)).map((kind, nth) => ({
      __typename: 'CompanySeal',
      kind,
      code: `${uscc.slice(2, 8)}${String((seed + nth) % 10_000_000).padStart(7, '0')}`,
      filedOn: day(seed + 3),
      status: 'VALID',
    }));
    return { __typename: 'Enterprise', uscc, seals };
  },
};

/** What all departments together know of an enterprise. */
export const enterpriseOf = (uscc: string): Known =>
  Object.assign({}, ...Object.values(ENTERPRISE).map(of => of(uscc))) as Known;
