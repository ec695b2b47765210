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

export const serves = ({ region }: Caller, regionCode: string): boolean =>
  region === null || regionCode.startsWith(regionPrefix(region));
