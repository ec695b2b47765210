import { readFileSync } from 'node:fs';
import { certificateKinds, MATERIAL_KINDS } from '../../subgraphs/catalogue.ts';

const enumOf = (name: string, description: string, values: readonly string[]): string =>
  `"${description}"\nenum ${name} {\n${values.map(value => `  ${value}\n`).join('')}}\n`;

/** The window's SDL: schema.graphql, and the two enums that the catalogue brings. */
export const windowSdl = [
  readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8'),
  enumOf('CertificateKind', 'Kinds of certificates in the catalogue.', certificateKinds),
  enumOf('MaterialKind', 'Kinds of papers in the catalogue.', Object.keys(MATERIAL_KINDS)),
].join('\n');

/** The window as one of the services that are composed; nobody asks it at an address. */
export const windowService = { name: 'window', sdl: windowSdl, url: 'urn:one-window:window' };
