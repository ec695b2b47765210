export const ROLES = ['CLERK', 'OFFICER', 'APPROVER', 'SUPERVISOR', 'AUDITOR'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks, as the bearer token says. Every role may read the cases of its region; only a clerk opens one. */
export interface Caller {
  readonly subject: string;
  readonly role: Role;
  /** GB/T 2260; a city's or province's code stands for all of it; null is every region. */
  readonly region: string | null;
}

/** The part of a region's code that all of its counties share: two, four or six digits. */
export const regionPrefix = (region: string): string => region.replace(/(00){1,2}$/, '');

export const serves = ({ region }: Pick<Caller, 'region'>, regionCode: string): boolean =>
  region === null || regionCode.startsWith(regionPrefix(region));

/** What a token says of its bearer in the claim `scope` (RFC 8693): `role:CLERK region:371002`. */
export const scopeOf = ({ role, region }: Pick<Caller, 'role' | 'region'>): string =>
  region === null ? `role:${role}` : `role:${role} region:${region}`;

export const scopesOf = (caller: Pick<Caller, 'role' | 'region'>): readonly string[] => scopeOf(caller).split(' ');

const REGION = /^\d{6}$/;
/** In other letters it would be nobody's scope, and a token without a region is for all of them. */
const isMisspelled = (one: string): boolean => /^(role|region):/i.test(one) && !/^(role|region):/.test(one);

/**
 * The caller of a token's scopes: one role, at most one region. Two of either would leave open which of them counts;
 * scopes of other kinds are for others. Undefined when it is not so.
 */
export function callerIn(subject: string, scope: string): Caller | undefined {
  const scopes = scope.split(' ');
  if (scopes.some(isMisspelled)) return undefined;
  const named = (kind: string): readonly string[] =>
    scopes.flatMap(one => (one.startsWith(`${kind}:`) ? one.slice(kind.length + 1) : []));
  const [roles, regions] = [named('role'), named('region')];
  const role = ROLES.find(known => known === roles[0]);
  const [region = null] = regions;
  if (!role || roles.length > 1 || regions.length > 1 || (region !== null && !REGION.test(region))) return undefined;
  return { subject, role, region };
}
