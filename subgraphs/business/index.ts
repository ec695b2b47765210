import { CursorUnknown, cursorCharactersMax, type Register, rowsPerSearchMax } from '../../adapters/port.ts';
import { ENTERPRISE_TYPES, type EnterpriseType } from '../catalogue.ts';
import type { Department } from '../department.ts';
import type { AppliedItem, CheckedFiling, Decision, DecisionTools, ItemPractice } from '../desk.ts';
import { Refusal } from '../errors.ts';
import { rowLoader } from '../loader.ts';
import { saltedHash } from '../personal.ts';
import { openRestricted, type RestrictedPersons } from '../restricted.ts';
import { organizationCodeFromBody, SYNTHETIC_BODY_MAX, syntheticBody } from '../standards/organization-code.ts';
import { composeRegistrationNumber } from '../standards/registration-number.ts';
import { composeUscc } from '../standards/uscc.ts';
import type { Resolvers } from './generated/types.ts';
import { type BusinessContext, LICENSES, type LicenseRow, NAMES, type NameRow } from './mapping.ts';
import {
  clashKey,
  DISQUALIFIED,
  fullName,
  licenseFaults,
  nameClash,
  nameFaults,
  reservationEnd,
  TYPE_RULES,
} from './rules.ts';

/** Market regulation (市场监督管理局): reserves names and issues business licenses. */
export const department: Department<'business', BusinessContext> = {
  id: 'business',
  schema: new URL('./schema.graphql', import.meta.url),
  async open(tools) {
    const names = await tools.registers.open(NAMES);
    const licenses = await tools.registers.open(LICENSES);
    const disqualified = await openRestricted(tools, 'disqualified_person', '18991201');
    return {
      items: {
        name: tools.desk('name', namePractice(names)),
        license: tools.desk('license', licensePractice(licenses, names, disqualified)),
      },
      resolvers: resolvers(licenses),
      context: () => ({ licenses: rowLoader(licenses) }),
    };
  },
};

function namePractice(register: Register<NameRow>): ItemPractice<{ readonly taken: boolean }, NameRow> {
  return {
    register,
    async facts(applied) {
      const keys = applied.map(({ application }) => clashKey(application));
      const [found] = await register.search([{ where: { lock: keys }, first: rowsPerSearchMax }]);
      const held = new Set(found?.rows.map(row => row.lock));
      return keys.map(key => ({ taken: held.has(key) }));
    },
    faults: ({ application }, { taken }) => nameFaults(application, taken),
    decide: (filing, _, { draw, today }) => {
      const { application, caseNumber } = filing;
      const [serial] = draw({ name: `name/${application.regionCode}`, from: 1, to: 99_999_999 });
      return {
        outcome: 'GRANT',
        row: {
          fullName: fullName(application),
          caseNumber,
          regionCode: application.regionCode,
          lock: clashKey(application),
          number: `${application.regionCode}-N${String(serial).padStart(8, '0')}`,
          reservedOn: today,
          expiresOn: reservationEnd(today),
          status: 'LIVE',
        },
      };
    },
    conflict: ({ fullName }) => ({ outcome: 'CORRECT', faults: [nameClash(fullName)] }),
    certify: ({ number, fullName, reservedOn, expiresOn }) => ({
      kind: 'NAME_RESERVATION',
      number,
      holder: fullName,
      uscc: null,
      content: { reservedOn, expiresOn },
    }),
    revoked: { lock: null, status: 'RELEASED' },
  };
}

interface LicenseFacts {
  readonly reserved: boolean;
  readonly disqualified: boolean;
}

function licensePractice(
  register: Register<LicenseRow>,
  names: Register<NameRow>,
  disqualified: RestrictedPersons,
): ItemPractice<LicenseFacts, LicenseRow> {
  return {
    register,
    async facts(applied) {
      const reserved = await names.find(applied.flatMap(({ caseNumber }) => caseNumber ?? []));
      const listed = await disqualified.among(
        applied.map(({ application }) => application.legalRepresentative.idNumber),
      );
      return applied.map(({ caseNumber, application }) => ({
        reserved: reserved.get(caseNumber ?? '')?.some(row => row.status === 'LIVE') ?? false,
        disqualified: listed.has(application.legalRepresentative.idNumber),
      }));
    },
    faults: ({ application, caseNumber }, { reserved }) => [
      ...licenseFaults(application),
      ...(caseNumber !== undefined && !reserved
        ? [
            {
              path: 'name',
              code: 'NAME_NOT_RESERVED',
              message: '企业名称未预留或已失效 / the name is not reserved for this case',
            },
          ]
        : []),
    ],
    decide: (filing, facts, tools) => (facts.disqualified ? DISQUALIFIED : grantLicense(filing, tools)),
    certify: certifyLicense,
    revoked: { status: 'REVOKED' },
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
        application.founders.map(({ name, contribution, uscc }) => ({ name, contribution, uscc: uscc ?? null })),
      ),
      issuedOn: today,
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

function certifyLicense(row: LicenseRow) {
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
        idNumber: { salt: row.legalRepresentativeSalt, sha256: row.legalRepresentativeHash },
      },
      founders: JSON.parse(row.founders),
    },
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
      const [found = { rows: [] }] = await licenses
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
