import { runServer } from '../subgraphs/process.ts';
import { describeSettings } from '../subgraphs/settings.ts';
import { gatewayConfig, gatewaySettings } from './config.ts';
import { serveGateway } from './server.ts';

/** `npm run gateway`: the center alone. */
if (process.argv.slice(2).some(argument => argument === '--help' || argument === '-h')) {
  console.log(`npm run gateway\n\nSettings:\n${describeSettings(gatewaySettings)}`);
} else {
  await runServer(async () => {
    const server = await serveGateway(gatewayConfig(process.env));
    console.log(`the gateway answers on ${server.url}/graphql`);
    return server;
  });
}
