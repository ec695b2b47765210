import { type Caller, serves } from './caller.ts';

/** A use of a field. The center judges it before anything is fetched, a department when it has the object in hand. */
export interface FieldUse {
  /** Such as `Enterprise.seals`. */
  readonly coordinate: string;
  /** Coerced, variables and defaults included. */
  readonly args: Readonly<Record<string, unknown>>;
  /** At the center, the field whose selection this one stands in. */
  readonly within?: FieldUse | undefined;
  /** At a department, the object whose field it is. */
  readonly of?: unknown;
}

/** Whether this caller may make this use: the rules that a scope alone does not decide. */
export type Policy = (caller: Caller, use: FieldUse) => boolean;

export const POLICIES = {
  /**
   * The enterprise is of the caller's region: by its unified social credit code (GB 32100, positions 3 to 8 are the
   * region of its registry), by the region that a list is narrowed to, or as the enterprise of a case, which is shown in
   * its own region only. Where none of them is told beforehand, a caller of one region is denied.
   */
  region_of_enterprise(caller, use) {
    if (caller.region === null) return true;
    const region = regionOf(use);
    return region === OWN || (region !== undefined && serves(caller, region));
  },
} as const satisfies Readonly<Record<string, Policy>>;

const OWN = Symbol('the region of the caller');
const REGION = /^\d{6}$/;

function regionOf({ coordinate, args, within, of }: FieldUse): string | typeof OWN | undefined {
  if (coordinate === 'Case.enterprise') return OWN;
  const known = of as { readonly uscc?: unknown } | undefined;
  const uscc = known?.uscc ?? args.uscc;
  if (typeof uscc === 'string') return region(uscc.slice(2, 8));
  const filter = args.filter as { readonly regionCode?: unknown } | null | undefined;
  if (typeof filter?.regionCode === 'string') return region(filter.regionCode);
  return within && regionOf(within);
}

const region = (digits: string): string | undefined => (REGION.test(digits) ? digits : undefined);

/** By name, as `@policy` gives it; undefined for one that nobody has defined. */
export const policyOf = (name: string): Policy | undefined =>
  Object.hasOwn(POLICIES, name) ? POLICIES[name as keyof typeof POLICIES] : undefined;
