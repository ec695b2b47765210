/** Hive Gateway's runtime with the query planner in Rust, as its documentation sets both up under Node's own server. */
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

const { PORT, SUPERGRAPH } = process.env;
const gateway = createGatewayRuntime({ supergraph: SUPERGRAPH, unifiedGraphHandler, logging: 'warn' });
createServer(gateway).listen(Number(PORT), '127.0.0.1', () => process.send?.({ ready: true }));
// With the bench that started it.
process.on('disconnect', () => process.exit());
