import type { Register } from '../../adapters/port.ts';
import type { ItemsOf } from '../catalogue.ts';
import type { Department } from '../department.ts';
import type { ItemPractice } from '../desk.ts';
import { licenseFaults } from '../evidence.ts';
import { rowLoader } from '../loader.ts';
import { formatOrganizationCode } from '../standards/organization-code.ts';
import type { Resolvers } from './generated/types.ts';
import { CODES, type CodeContext, type CodeRow } from './mapping.ts';
import { papers } from './papers.ts';
import { ALREADY_ENTERED, grantCode } from './rules.ts';

/** The organization-code center (组织机构代码管理中心): certifies codes, or confirms them to the registry. */
export const department: Department<'code', CodeContext> = {
  id: 'code',
  schema: new URL('./schema.graphql', import.meta.url),
  papers,
  async open(tools) {
    const codes = await tools.registers.open(CODES);
    return {
      items: {
        'organization-code': tools.desk('organization-code', practice('organization-code', 'ORGANIZATION_CODE', codes)),
        'code-confirmation': tools.desk('code-confirmation', practice('code-confirmation', 'CODE_CONFIRMATION', codes)),
      },
      resolvers,
      context: () => ({ codes: rowLoader(codes) }),
    };
  },
};

const practice = (item: ItemsOf<'code'>, kind: string, register: Register<CodeRow>): ItemPractice<null, CodeRow> => ({
  register,
  facts: async applied => applied.map(() => null),
  faults: applied => (applied.stage === 'FILING' ? licenseFaults(applied) : []),
  decide: (filing, _, { today }) => grantCode(filing, item, today),
  conflicts: async rows => rows.map(() => ALREADY_ENTERED),
  certify: ({ uscc, holder, regionCode, code }) => ({
    kind,
    number: formatOrganizationCode(code),
    holder,
    uscc,
    content: { organizationCode: formatOrganizationCode(code), regionCode },
  }),
  revoked: () => ({ status: 'REVOKED', lock: null }),
});

const resolvers: Resolvers = {
  Enterprise: {
    __resolveReference: reference => reference,
    organizationCode: async ({ uscc }, _, { codes }) => (await codes.load(uscc)).at(-1) ?? null,
  },
  OrganizationCodeEntry: {
    code: row => formatOrganizationCode(row.code),
    certified: row => row.item === 'organization-code',
  },
};
