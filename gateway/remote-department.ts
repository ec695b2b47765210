import { join } from 'node:path';
import type { DepartmentId } from '../subgraphs/catalogue.ts';
import { readPem } from '../subgraphs/keys.ts';
import type { GatewayConfig } from './config.ts';
import type { Subgraph } from './router/port.ts';
import { remoteSubgraph, type TlsIdentity } from './router/subgraph.ts';

/** As much as a department takes in one call. An answer is held whole until it has been read. */
export const responseBytesMax = 32 * 1024 * 1024;
/** Reads and filings have pools of their own, so that neither can use up the other's connections. */
const connectionsPerPoolMax = 16;

/** A department as the center reaches it: over mutual TLS, under the name that its certificate must carry. */
export const remoteDepartment = (config: GatewayConfig, id: DepartmentId): Subgraph =>
  remoteSubgraph({
    name: id,
    url: `${config.departmentUrls[id]}/graphql`,
    tls: centerIdentity(config, id),
    connectionsMax: connectionsPerPoolMax,
    timeoutMs: config.departmentTimeoutMs,
    responseBytesMax,
  });

/** @param department By the name that stands in its certificate. */
export const centerIdentity = ({ folder, trustFolder }: GatewayConfig, department: string): TlsIdentity => ({
  ca: readPem(join(trustFolder, 'transport.pem')),
  key: readPem(join(folder, 'keys', 'tls-key.pem')),
  cert: readPem(join(folder, 'keys', 'tls-chain.pem')),
  servername: `${department}.one-window.internal`,
});
