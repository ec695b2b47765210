import { type Caller, scopesOf } from '../subgraphs/caller.ts';
import { POLICIES, policyOf } from '../subgraphs/policies.ts';
import type { GatewayContext } from './context.ts';
import type { Bearer } from './router/access.ts';
import type { GatewayAccess } from './router/gateway.ts';

/** How the router decides who may see what: by the caller's scopes, and by the policies that departments know too. */
export const graphAccess: GatewayAccess<Pick<GatewayContext, 'caller'>> = {
  policies: Object.keys(POLICIES),
  bearerOf: ({ caller }) => (caller ? bearer(caller) : undefined),
};

const bearer = (caller: Caller): Bearer => ({
  scopes: scopesOf(caller),
  allows: (policy, use) => policyOf(policy)?.(caller, use) ?? false,
});
