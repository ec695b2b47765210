import { CursorUnknown, cursorCharactersMax, type Register, rowsPerSearchMax } from '../../adapters/port.ts';
import { ENTERPRISE_TYPES, type EnterpriseType } from '../catalogue.ts';
import type { Department } from '../department.ts';
import type { AppliedItem, Certified, CheckedFiling, Decision, DecisionTools, ItemPractice } from '../desk.ts';
import { Refusal } from '../errors.ts';
import { rowLoader } from '../loader.ts';
import { saltedHash } from '../personal.ts';
import type { Fault } from '../record.ts';
import { openRestricted, type RestrictedPersons } from '../restricted.ts';
import { organizationCodeFromBody, SYNTHETIC_BODY_MAX, syntheticBody } from '../standards/organization-code.ts';
import { composeRegistrationNumber } from '../standards/registration-number.ts';
import { composeUscc } from '../standards/uscc.ts';
import { type NameStanding, nameClash, reservationEnd, reservationFault, standingOf } from './clash.ts';
import type { Resolvers } from './generated/types.ts';
import { type BusinessContext, type Founder, LICENSES, type LicenseRow, NAMES, type NameRow } from './mapping.ts';
import { freeAlternatives, holdersOf, lockOf, namedLicenses, type Registers, reservations } from './names.ts';
import { papers } from './papers.ts';
import { clashKey, DISQUALIFIED, fullName, licenseFaults, nameFaults, TYPE_RULES } from './rules.ts';

/** Market regulation (市场监督管理局): reserves names and issues business licenses. */
export const department: Department<'business', BusinessContext> = {
  id: 'business',
  schema: new URL('./schema.graphql', import.meta.url),
  papers,
  async open(tools) {
    const names = await tools.registers.open(NAMES);
    const licenses = await tools.registers.open(LICENSES);
    const disqualified = await openRestricted(tools, 'disqualified_person', '18991201');
    return {
      items: {
        name: tools.desk('name', namePractice({ names, licenses })),
        license: tools.desk('license', licensePractice({ names, licenses }, disqualified)),
      },
      resolvers: resolvers(licenses),
      context: () => ({ licenses: rowLoader(licenses) }),
    };
  },
};

interface NameFacts {
  readonly standing: NameStanding;
  /** Told to who can't have the name. */
  readonly free: readonly string[];
}

function namePractice(registers: Registers): ItemPractice<NameFacts, NameRow> {
  return {
    register: reservations(registers),
    async facts(applied, today) {
      const locks = applied.map(({ application }) => clashKey(application));
      const holders = await holdersOf(registers, locks);
      const standings = applied.map((one, at) => standingOf(one, holders.get(locks[at] as string) ?? [], today));
      const losers = applied.filter((_, at) => standings[at]?.against);
      const alternatives = await freeAlternatives(
        registers,
        losers.map(({ application }) => application),
        locks,
      );
      const free = new Map(losers.map((one, at) => [one, alternatives[at]]));
      return applied.map((one, at) => ({ standing: standings[at] as NameStanding, free: free.get(one) ?? [] }));
    },
    faults: ({ application }, { standing: { against }, free }) => [
      ...nameFaults(application),
      ...(against ? [nameClash(fullName(application), against, free)] : []),
    ],
    decide: (filing, { standing }, tools) => reserve(filing, standing, tools),
    async conflicts(rows) {
      const holders = await holdersOf(registers, rows.map(lockOf));
      const asked = rows.map(({ regionCode, tradingName, trade }) => ({
        regionCode,
        name: { tradingName: tradingName ?? '', trade: trade ?? '' },
      }));
      const alternatives = await freeAlternatives(registers, asked, []);
      return rows.map((row, at) => {
        const against = holders.get(lockOf(row))?.find(holder => holder.row.lock === row.lock);
        return { outcome: 'CORRECT', faults: [nameClash(row.fullName, against, alternatives[at] ?? [])] };
      });
    },
    certify: ({ number, fullName, reservedOn, expiresOn }) => ({
      kind: 'NAME_RESERVATION',
      number,
      holder: fullName,
      uscc: null,
      content: { reservedOn, expiresOn },
    }),
    // Its case was undone before its papers were delivered, so that the public never saw the name in use: free at once.
    revoked: endedOn => ({ lock: null, sharedLock: null, status: 'RELEASED', endedOn }),
  };
}

function reserve(
  { application, caseNumber }: CheckedFiling,
  { own, lock, sharedLock }: NameStanding,
  { draw, today }: DecisionTools,
): Decision<NameRow> {
  const { regionCode, industryCode, name } = application;
  const [serial] = draw({ name: `name/${regionCode}`, from: 1, to: 99_999_999 });
  return {
    outcome: 'GRANT',
    row: {
      fullName: fullName(application),
      tradingName: name.tradingName,
      trade: name.trade,
      caseNumber,
      regionCode,
      lock,
      sharedLock,
      number: `${regionCode}-N${String(serial).padStart(8, '0')}`,
      // Who reserves again what runs already does not gain time by it.
      reservedOn: own?.reservedOn ?? today,
      expiresOn: own?.expiresOn ?? reservationEnd(today, industryCode),
      endedOn: null,
      status: 'LIVE',
    },
  };
}

interface LicenseFacts {
  /** Why its name does not let it be granted. */
  readonly unnamed: Fault | undefined;
  readonly disqualified: boolean;
}

function licensePractice(
  registers: Registers,
  disqualified: RestrictedPersons,
): ItemPractice<LicenseFacts, LicenseRow> {
  const { names } = registers;
  return {
    register: namedLicenses(registers),
    async facts(applied, today) {
      const filed = applied.flatMap(one => (one.stage === 'FILING' ? one.caseNumber : []));
      const reserved = await names.find(filed);
      const listed = await disqualified.among(
        applied.map(({ application }) => application.legalRepresentative.idNumber),
      );
      return applied.map(({ stage, caseNumber, application }) => ({
        // At a precheck the name has yet to be reserved.
        unnamed:
          stage === 'FILING'
            ? reservationFault(fullName(application), reserved.get(caseNumber) ?? [], today)
            : undefined,
        disqualified: listed.has(application.legalRepresentative.idNumber),
      }));
    },
    faults: ({ application }, { unnamed }) => [...licenseFaults(application), ...(unnamed ? [unnamed] : [])],
    decide: (filing, facts, tools) => (facts.disqualified ? DISQUALIFIED : grantLicense(filing, tools)),
    async conflicts(rows) {
      const reserved = await names.find(rows.map(({ caseNumber }) => caseNumber));
      return rows.map(({ fullName, caseNumber, issuedOn }) => {
        const fault = reservationFault(fullName, reserved.get(caseNumber) ?? [], issuedOn);
        return fault && { outcome: 'CORRECT', faults: [fault] };
      });
    },
    certify: certifyLicense,
    revoked: revokedOn => ({ status: 'REVOKED', revokedOn }),
  };
}

function grantLicense(filing: CheckedFiling, { draw, today, salt }: DecisionTools): Decision<LicenseRow> {
  const { application, numbering, caseNumber } = filing;
  const { regionCode, legalRepresentative } = application;
  const uscc = composeUscc({
    registeringDepartment: '9',
    class: TYPE_RULES[application.enterpriseType as EnterpriseType].usccClass,
    region: regionCode,
    organizationCode: drawOrganizationCode(regionCode, draw),
  });
  const registrationNumber = numbering === 'SEPARATE' ? drawRegistrationNumber(filing, draw) : null;
  const hidden = saltedHash(legalRepresentative.idNumber, salt());
  return {
    outcome: 'GRANT',
    row: {
      uscc,
      caseNumber,
      number: registrationNumber ?? uscc,
      registrationNumber,
      fullName: fullName(application),
      enterpriseType: application.enterpriseType,
      regionCode,
      address: application.address,
      businessScope: application.businessScope,
      industryCode: application.industryCode,
      registeredCapital: application.registeredCapital,
      legalRepresentative: legalRepresentative.name,
      legalRepresentativeSalt: hidden.salt,
      legalRepresentativeHash: hidden.sha256,
      founders: JSON.stringify(
        application.founders.map(
          ({ name, contribution, uscc }): Founder => ({ name, contribution, uscc: uscc ?? null }),
        ),
      ),
      issuedOn: today,
      revokedOn: null,
      status: 'VALID',
    },
  };
}

/** The next code of the block that the code center has allocated to this registry. The bodies are the synthetic ones. */
function drawOrganizationCode(regionCode: string, draw: DecisionTools['draw']) {
  const [n] = draw({ name: `organization-code/${regionCode}`, from: 1, to: SYNTHETIC_BODY_MAX });
  return organizationCodeFromBody(syntheticBody(n as number));
}

/** GS 15-2006: the first digit of the serial tells households (6) from domestic enterprises (0). */
function drawRegistrationNumber(
  { application: { regionCode, enterpriseType } }: AppliedItem,
  draw: DecisionTools['draw'],
) {
  const [from, to] = enterpriseType === 'INDIVIDUAL_BUSINESS' ? [60_000_001, 69_999_999] : [1, 39_999_999];
  const [serial] = draw({ name: `registration-number/${regionCode}/${from}`, from, to });
  return composeRegistrationNumber(regionCode, String(serial).padStart(8, '0'));
}

/** Natural persons among the founders, and the legal representative, are named in leaves; enterprises in the open. */
function certifyLicense(row: LicenseRow): Certified {
  const founders = JSON.parse(row.founders) as readonly Founder[];
  return {
    kind: 'BUSINESS_LICENSE',
    number: row.number,
    holder: row.fullName,
    uscc: row.uscc,
    content: {
      registrationNumber: row.registrationNumber,
      enterpriseType: row.enterpriseType,
      regionCode: row.regionCode,
      address: row.address,
      businessScope: row.businessScope,
      industryCode: row.industryCode,
      registeredCapital: row.registeredCapital,
      legalRepresentative: {
        name: row.legalRepresentative,
        // Its salt stays in the register: of a citizen there are so few numbers that who had both would find the right one.
        idNumber: { sha256: row.legalRepresentativeHash },
      },
      founders: founders.map(({ name, contribution, uscc }) => ({ name, contribution, uscc })),
    },
    personal: [
      'content.legalRepresentative.name',
      'content.legalRepresentative.idNumber',
      ...founders.flatMap(({ uscc }, at) => (uscc === null ? [`content.founders.${at}.name`] : [])),
    ],
  };
}

const resolvers = (licenses: Register<LicenseRow>): Resolvers => ({
  Query: {
    enterprise: (_, { uscc }, { licenses }) => newest(licenses.load(uscc)),
    async enterprises(_, { filter, first, after }) {
      if (first < 1 || first > rowsPerSearchMax) {
        throw new Refusal('PAGE_TOO_LARGE', `first must be 1 to ${rowsPerSearchMax}, found ${first}`);
      }
      if (after && after.length > cursorCharactersMax) throw cursorInvalid();
      const where = {
        ...(filter?.regionCode == null ? {} : { regionCode: [filter.regionCode] }),
        ...(filter?.name == null ? {} : { fullName: [filter.name] }),
      };
      const [found = { rows: [], operations: [] }] = await licenses
        .search([{ where, first, after: after ?? undefined }])
        .catch((error: unknown) => {
          throw error instanceof CursorUnknown ? cursorInvalid() : error;
        });
      const count = async () => (await licenses.search([{ where, first: 0, total: true }]))[0]?.total ?? 0;
      return { found, count };
    },
  },
  EnterpriseConnection: {
    nodes: ({ found }) => found.rows,
    pageInfo: ({ found }) => ({ endCursor: found.cursor ?? null, hasNextPage: found.cursor !== undefined }),
    totalCount: page => page.count(),
  },
  Enterprise: {
    __resolveReference: ({ uscc }, { licenses }) => newest(licenses.load(uscc)),
    name: row => row.fullName,
    typeName: row => ENTERPRISE_TYPES[row.enterpriseType as EnterpriseType] ?? row.enterpriseType,
    license: row => row,
  },
});

/** A license is issued anew when its enterprise changes; the last one is in force. */
const newest = async (rows: Promise<readonly LicenseRow[]>): Promise<LicenseRow | null> => (await rows).at(-1) ?? null;

const cursorInvalid = (): Refusal => new Refusal('CURSOR_INVALID', 'after is not a cursor of this list');
