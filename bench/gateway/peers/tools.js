/** The supergraph stitched by GraphQL Tools, served by GraphQL Yoga, as the stitching handbook does it. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { createYoga } from 'graphql-yoga';

const { PORT, SUPERGRAPH } = process.env;
// Entities in one request each, as the handbook recommends for lists.
const schema = getStitchedSchemaFromSupergraphSdl({ supergraphSdl: readFileSync(SUPERGRAPH, 'utf8'), batch: true });
const yoga = createYoga({ schema, logging: 'warn' });
createServer(yoga).listen(Number(PORT), '127.0.0.1', () => process.send?.({ ready: true }));
// With the bench that started it.
process.on('disconnect', () => process.exit());
