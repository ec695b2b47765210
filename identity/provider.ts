/**
 * The demo's OpenID provider: a token by client credentials for each role, for one region or all.
 *
 *     curl -u demo-clerk:$SECRET http://127.0.0.1:4020/token -d grant_type=client_credentials \
 *       -d resource=urn:one-window:gateway -d 'scope=role:CLERK region:371002'
 *
 * An office brings its own provider (OIDC_ISSUER). Nobody logs in here: a login without persons would be a toy.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Adapter, type Configuration, errors } from 'oidc-provider';
import { callerIn, ROLES, type Role, scopeOf } from '../subgraphs/caller.ts';
import { hostInUrl } from '../subgraphs/settings.ts';
import { clientOf, type IdentityKeys, SIGNING_ALGORITHM } from './keys.ts';

export interface ProviderSettings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** As clients reach it; made of host and port when absent. */
  readonly issuer?: string;
  /** The API that tokens are for: the gateway, and the departments behind it. */
  readonly audience: string;
  readonly keys: IdentityKeys;
  readonly tokenLifeSeconds?: number;
  report(defect: Error): void;
}

export interface IdentityProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

const tokenLifeSeconds = 3_600;
/** The whole of a request must have arrived within this. */
const requestTimeoutMs = 10_000;

export async function serveProvider(settings: ProviderSettings): Promise<IdentityProvider> {
  const { host, port, report } = settings;
  const server = createServer({ requestTimeout: requestTimeoutMs });
  server.listen(port, host);
  await once(server, 'listening');
  const issuer = settings.issuer ?? `http://${hostInUrl(host)}:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, configurationOf(settings));
  provider.on('server_error', (_, error) => report(error));
  server.on('request', provider.callback());
  return {
    issuer,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function configurationOf({
  keys,
  audience,
  tokenLifeSeconds: life = tokenLifeSeconds,
}: ProviderSettings): Configuration {
  const roleOf = new Map(ROLES.map(role => [clientOf(role), role]));
  return {
    jwks: { keys: [...keys.signing] as NonNullable<Configuration['jwks']>['keys'] },
    clients: [...roleOf.keys()].map(id => ({
      client_id: id,
      client_secret: keys.clientSecrets[id] ?? '',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    })),
    adapter: KeepsNothing,
    renderError(ctx, { error }) {
      ctx.type = 'text/plain';
      ctx.body = error;
    },
    ttl: { ClientCredentials: life },
    enabledJWA: { idTokenSigningAlgValues: [SIGNING_ALGORITHM] },
    clientDefaults: { id_token_signed_response_alg: SIGNING_ALGORITHM },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        // Who names no API means the only one.
        defaultResource: () => audience,
        getResourceServerInfo(ctx, resource, client) {
          const role = roleOf.get(client.clientId);
          if (resource !== audience || !role) throw new errors.InvalidTarget();
          return {
            audience,
            scope: scopeFor(role, String(ctx.oidc.params?.scope ?? '')),
            accessTokenFormat: 'jwt',
            accessTokenTTL: life,
            jwt: { sign: { alg: SIGNING_ALGORITHM } },
          };
        },
      },
    },
  };
}

/**
 * Of a client's role, whatever region it asks for: in the demo every office is one's own. What is left out of a token
 * would make it good for more, so that nothing is.
 *
 * @throws {errors.InvalidScope}
 */
function scopeFor(role: Role, asked: string): string {
  const caller = callerIn(clientOf(role), asked);
  if (caller?.role !== role) throw new errors.InvalidScope(`ask for role:${role} and at most one region:`, asked);
  return scopeOf(caller);
}

/** Clients stand in the configuration and tokens are signed, so that there is nothing to be remembered. */
class KeepsNothing implements Adapter {
  async upsert(): Promise<void> {}
  async find(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async findByUid(): Promise<undefined> {}
  async consume(): Promise<void> {}
  async destroy(): Promise<void> {}
  async revokeByGrantId(): Promise<void> {}
}
