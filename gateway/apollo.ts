import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import { shownError } from '../subgraphs/errors.ts';
import type { GatewayContext } from './context.ts';
import { answersByMediaType } from './door/accept.ts';
import type { Front } from './front.ts';
import { withoutQuotations } from './quotations.ts';
import type { Screen } from './router/screen.ts';
import { subscriptions } from './subscription.ts';
import type { Watch } from './watch/watch.ts';

/** Apollo Server as the center sets it up: the judge of what is valid, and the one who words every error. */
export function apolloOf(
  app: FastifyInstance,
  front: Front,
  watch: Watch,
  { apollo: limits }: Screen,
): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: front.gateway,
    // The screen decides about it: Apollo Server itself validates nothing but a stand-in.
    introspection: true,
    // Nobody needs them, and they would keep strangers' documents in this process's memory.
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    ...limits,
    formatError: (formatted, thrown) => withoutQuotations(shownError(formatted, thrown, watch.report)),
    plugins: [
      ...limits.plugins,
      subscriptions(),
      front.learning(),
      watch.operations(),
      answersByMediaType(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      fastifyApolloDrainPlugin(app),
    ],
    stopOnTerminationSignals: false,
  });
}
