/** What a rule of access asks for: one of the alternatives must hold, with all of its names. */
export type Alternatives = readonly (readonly string[])[];

/** What asks for both. */
export const across = (some: Alternatives, others: Alternatives): Alternatives =>
  some.flatMap(one => others.map(other => [...new Set([...one, ...other])]));

/** Whether whoever satisfies `held` satisfies `needed` too. */
export const covers = (held: Alternatives, needed: Alternatives): boolean =>
  held.every(names => needed.some(all => all.every(name => names.includes(name))));
