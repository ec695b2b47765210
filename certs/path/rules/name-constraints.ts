/**
 * RFC 5280 sections 4.2.1.10, 6.1.3 (b), (c) and 6.1.4 (g): the names of a certificate lie in the subtrees that every
 * authority above permits, and in none that one of them excludes. Only the names of self-issued certificates between
 * target and anchor are free.
 */
import type { PathCertificate, Subtree } from '../certificate.ts';
import { isBelow } from '../distinguished-name.ts';
import type { GeneralName } from '../general-name.ts';
import type { PathFault, Rule } from '../path.ts';

export const nameConstraints: Rule = ({ chain }) => {
  const faults: PathFault[] = [];
  for (let place = chain.length - 1; place >= 0; place--) {
    const certificate = chain[place]!;
    if (place > 0 && certificate.selfIssued) continue;
    const codes = namesOf(certificate).flatMap(name =>
      chain.slice(place + 1).flatMap(({ nameConstraints: limits }) => (limits ? faultsOf(name, limits) : [])),
    );
    for (const code of new Set(codes)) faults.push({ code, certificate: place });
  }
  return faults;
};

/**
 * Everything that the certificate calls its holder. Mailboxes in the subject count where no alternative name gives one
 * (section 4.2.1.10).
 */
function namesOf({ subject, subjectAltNames = [] }: PathCertificate): readonly GeneralName[] {
  const mailboxes = subjectAltNames.some(({ form }) => form === 'rfc822')
    ? []
    : subject.emailAddresses.map(text => ({ form: 'rfc822', text }) as const);
  const own: readonly GeneralName[] = subject.rdns.length > 0 ? [{ form: 'directory', name: subject }] : [];
  return [...own, ...subjectAltNames, ...mailboxes];
}

type Code = 'CERTIFICATE_NAME_NOT_PERMITTED' | 'CERTIFICATE_NAME_EXCLUDED' | 'CERTIFICATE_NAME_NOT_JUDGED';

function faultsOf(
  name: GeneralName,
  { permitted, excluded }: { readonly permitted: readonly Subtree[]; readonly excluded: readonly Subtree[] },
): readonly Code[] {
  const [within, without] = [permitted, excluded].map(subtrees => subtrees.filter(({ base }) => isOfForm(name, base)));
  if ([...within!, ...without!].some(subtree => !canBeJudged(name, subtree))) return ['CERTIFICATE_NAME_NOT_JUDGED'];
  const faults: Code[] = [];
  if (within!.length > 0 && !within!.some(({ base }) => lies(name, base)))
    faults.push('CERTIFICATE_NAME_NOT_PERMITTED');
  if (without!.some(({ base }) => lies(name, base) || mayLie(name, base))) faults.push('CERTIFICATE_NAME_EXCLUDED');
  return faults;
}

const isOfForm = (a: GeneralName, b: GeneralName): boolean =>
  a.form === b.form && (a.form !== 'other' || b.form !== 'other' || a.tag === b.tag);

function canBeJudged(name: GeneralName, { base, interpreted }: Subtree): boolean {
  if (!interpreted || base.form === 'other') return false;
  if (name.form === 'uri') return hostOf(name.text) !== undefined;
  if (name.form === 'rfc822') return name.text.includes('@');
  return name.form !== 'ip' || base.form !== 'ip' || [8, 32].includes(base.bytes.length);
}

/** Does the name lie in the subtree of the base? */
function lies(name: GeneralName, base: GeneralName): boolean {
  if (name.form === 'directory') return base.form === 'directory' && isBelow(name.name, base.name);
  if (name.form === 'ip') return base.form === 'ip' && liesInNetwork(name.bytes, base.bytes);
  if (base.form === 'rfc822' && name.form === 'rfc822') return liesInMailboxes(name.text, base.text);
  if (base.form === 'dns' && name.form === 'dns') return liesInDomain(name.text, base.text);
  if (base.form === 'uri' && name.form === 'uri') return liesInHosts(hostOf(name.text)!, base.text);
  return false;
}

/** A wildcard can stand for a name that is excluded. */
function mayLie(name: GeneralName, base: GeneralName): boolean {
  if (name.form !== 'dns' || base.form !== 'dns' || !name.text.startsWith('*.')) return false;
  return liesInDomain(base.text, name.text.slice(2));
}

/** The base and everything made by labels to its left. A leading dot, which the text does not know, asks for one. */
function liesInDomain(domain: string, base: string): boolean {
  const [name, suffix] = [domain.toLowerCase(), base.toLowerCase()];
  if (suffix === '' || name === suffix) return true;
  return name.endsWith(suffix.startsWith('.') ? suffix : `.${suffix}`);
}

/** One host, or with a leading dot every host below a domain. */
function liesInHosts(host: string, base: string): boolean {
  const [name, suffix] = [host.toLowerCase(), base.toLowerCase()];
  return suffix.startsWith('.') ? name.endsWith(suffix) && name.length > suffix.length : name === suffix;
}

/** One mailbox, whose local part has cases; or all of a host; or with a leading dot all of every host below a domain. */
function liesInMailboxes(mailbox: string, base: string): boolean {
  const at = mailbox.lastIndexOf('@');
  const [local, host] = [mailbox.slice(0, at), mailbox.slice(at + 1)];
  const baseAt = base.lastIndexOf('@');
  if (baseAt < 0) return liesInHosts(host, base);
  return local === base.slice(0, baseAt) && host.toLowerCase() === base.slice(baseAt + 1).toLowerCase();
}

/** @param network Address and mask, of the length of the name's address each. */
function liesInNetwork(address: Uint8Array, network: Uint8Array): boolean {
  if (network.length !== 2 * address.length) return false;
  return address.every((byte, i) => ((byte ^ network[i]!) & network[address.length + i]!) === 0);
}

/** The host of a URI, which must be a name: with no authority, or an address as one, it can't be judged. */
function hostOf(uri: string): string | undefined {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(uri)?.[1];
  const host = authority?.replace(/^.*@/, '').replace(/:\d*$/, '');
  if (!host || host.startsWith('[') || /^[\d.]+$/.test(host)) return undefined;
  return host;
}
