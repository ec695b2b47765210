import type { Register } from '../../adapters/port.ts';
import type { Department } from '../department.ts';
import type { ItemPractice } from '../desk.ts';
import { rowLoader } from '../loader.ts';
import { openRestricted, type RestrictedPersons } from '../restricted.ts';
import type { Resolvers } from './generated/types.ts';
import { TAX_REGISTRATIONS, type TaxAuthority, type TaxContext, type TaxRow } from './mapping.ts';
import { papers } from './papers.ts';
import { ALREADY_REGISTERED, grantRegistration, taxFaults } from './rules.ts';

/** National and local tax (国税, 地税): register taxpayers, or confirm what the registry pushed. */
export const department: Department<'tax', TaxContext> = {
  id: 'tax',
  schema: new URL('./schema.graphql', import.meta.url),
  papers,
  async open(tools) {
    const register = await tools.registers.open(TAX_REGISTRATIONS);
    const abnormal = await openRestricted(tools, 'abnormal_taxpayer_person', '18991202');
    const practice = (authority: TaxAuthority, kind: string) => taxPractice(authority, kind, register, abnormal);
    return {
      items: {
        'national-tax': tools.desk('national-tax', practice('NATIONAL', 'NATIONAL_TAX')),
        'local-tax': tools.desk('local-tax', practice('LOCAL', 'LOCAL_TAX')),
        'national-tax-confirmation': tools.desk(
          'national-tax-confirmation',
          practice('NATIONAL', 'NATIONAL_TAX_CONFIRMATION'),
        ),
        'local-tax-confirmation': tools.desk('local-tax-confirmation', practice('LOCAL', 'LOCAL_TAX_CONFIRMATION')),
      },
      resolvers,
      context: () => ({ registrations: rowLoader(register) }),
    };
  },
};

const taxPractice = (
  authority: TaxAuthority,
  kind: string,
  register: Register<TaxRow>,
  abnormal: RestrictedPersons,
): ItemPractice<{ readonly abnormal: boolean }, TaxRow> => ({
  register,
  async facts(applied) {
    const persons = applied.map(({ application }) => application.legalRepresentative.idNumber);
    const listed = await abnormal.among(persons);
    return persons.map(person => ({ abnormal: listed.has(person) }));
  },
  faults: (applied, facts) => taxFaults(applied, facts.abnormal),
  decide: (filing, _, { today }) => grantRegistration(filing, authority, today),
  conflicts: async rows => rows.map(() => ALREADY_REGISTERED),
  certify: ({ taxpayerNumber, holder, uscc, office }) => ({
    kind,
    number: taxpayerNumber,
    holder,
    uscc,
    content: { authority, office, taxpayerNumber },
  }),
  revoked: () => ({ status: 'REVOKED', lock: null }),
});

const resolvers: Resolvers = {
  Enterprise: {
    __resolveReference: reference => reference,
    taxRegistrations: ({ uscc }, _, { registrations }) => registrations.load(uscc),
  },
};
