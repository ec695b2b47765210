import type { Register } from '../../adapters/port.ts';
import { SEAL_KINDS, type SealKind } from '../catalogue.ts';
import type { Department } from '../department.ts';
import type { Certified, ItemPractice } from '../desk.ts';
import { rowLoader } from '../loader.ts';
import { openRestricted, type RestrictedPersons } from '../restricted.ts';
import type { Resolvers } from './generated/types.ts';
import { type FiledSeal, SEAL_FILINGS, type SealContext, type SealFilingRow } from './mapping.ts';
import { papers } from './papers.ts';
import { grantFiling, PUNISHED_FOR_FORGERY, sealFaults } from './rules.ts';

/** Public security (公安局): files the seals of enterprises. */
export const department: Department<'seal', SealContext> = {
  id: 'seal',
  schema: new URL('./schema.graphql', import.meta.url),
  papers,
  async open(tools) {
    const filings = await tools.registers.open(SEAL_FILINGS);
    const punished = await openRestricted(tools, 'punished_person', '18991203');
    return {
      items: { 'seal-filing': tools.desk('seal-filing', practice(filings, punished)) },
      resolvers,
      context: () => ({ filings: rowLoader(filings) }),
    };
  },
};

const practice = (
  register: Register<SealFilingRow>,
  punished: RestrictedPersons,
): ItemPractice<{ readonly punished: boolean }, SealFilingRow> => ({
  register,
  async facts(applied) {
    const persons = applied.map(({ application }) => application.legalRepresentative.idNumber);
    const listed = await punished.among(persons);
    return persons.map(person => ({ punished: listed.has(person) }));
  },
  faults: applied => sealFaults(applied),
  decide: (filing, facts, tools) => (facts.punished ? PUNISHED_FOR_FORGERY : grantFiling(filing, tools)),
  certify: certifyFiling,
  revoked: () => ({ status: 'REVOKED' }),
});

/** What is carved into a seal of a person names the person: {@link carvedText}. */
function certifyFiling({ number, holder, uscc, seals: text }: SealFilingRow): Certified {
  const seals = JSON.parse(text) as readonly FiledSeal[];
  return {
    kind: 'SEAL_FILING',
    number,
    holder,
    uscc,
    content: { seals: seals.map(({ kind, code, text }) => ({ kind, code, text })) },
    personal: seals.flatMap(({ kind }, at) => (kind === 'LEGAL_REPRESENTATIVE' ? [`content.seals.${at}.text`] : [])),
  };
}

const resolvers: Resolvers = {
  Enterprise: {
    __resolveReference: reference => reference,
    seals: async ({ uscc }, _, { filings }) =>
      (await filings.load(uscc)).flatMap(({ seals, filedOn, status }) =>
        (JSON.parse(seals) as FiledSeal[]).map(({ kind, code }) => ({
          kind: SEAL_KINDS[kind as SealKind] ?? kind,
          code,
          filedOn,
          status,
        })),
      ),
  },
};
