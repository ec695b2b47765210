/**
 * No gateway at all: what a good engineer writes by hand for exactly the three operations of this bench, with nothing
 * but Node's HTTP server and undici. It knows the operations by name, checks nothing, and is what the others are
 * measured against as the least that the work itself costs.
 */
import { createServer } from 'node:http';
import { Pool } from 'undici';

const { PORT, DEPARTMENTS } = process.env;
const pools = Object.fromEntries(
  Object.entries(JSON.parse(DEPARTMENTS)).map(([name, url]) => [name, new Pool(url, { connections: 16 })]),
);
const OWN = 'uscc name typeName regionCode address registeredCapital license{number issuedOn status}';
const REST = {
  tax: 'taxRegistrations{authority office taxpayerNumber registeredOn status}',
  code: 'organizationCode{code certified enteredOn status}',
  seal: 'seals{kind code filedOn status}',
};
const headers = { 'content-type': 'application/json', accept: 'application/json' };

async function ask(department, query, variables) {
  const { body } = await pools[department].request({
    path: '/graphql',
    method: 'POST',
    headers,
    body: `{"query":${query},"variables":${JSON.stringify(variables)}}`,
  });
  return (await body.json()).data;
}

const ONE = JSON.stringify(`query($uscc:ID!){enterprise(uscc:$uscc){${OWN}}}`);
const LIST = JSON.stringify(`query($filter:EnterpriseFilter){enterprises(first:50,filter:$filter){nodes{${OWN}}}}`);
const ENTITIES = Object.fromEntries(
  Object.entries(REST).map(([name, fields]) => [
    name,
    JSON.stringify(
      `query($representations:[_Any!]!){_entities(representations:$representations){...on Enterprise{${fields}}}}`,
    ),
  ]),
);

async function rest(codes) {
  const representations = codes.map(uscc => ({ __typename: 'Enterprise', uscc }));
  return Promise.all(Object.keys(REST).map(name => ask(name, ENTITIES[name], { representations })));
}

const OPERATIONS = {
  One: variables => ask('business', ONE, variables),
  async Four({ uscc }) {
    const [data, others] = await Promise.all([ask('business', ONE, { uscc }), rest([uscc])]);
    for (const { _entities } of others) Object.assign(data.enterprise, _entities[0]);
    return data;
  },
  async Fifty(variables) {
    const data = await ask('business', LIST, variables);
    const { nodes } = data.enterprises;
    for (const { _entities } of await rest(nodes.map(({ uscc }) => uscc))) {
      for (let at = 0; at < nodes.length; at++) Object.assign(nodes[at], _entities[at]);
    }
    return data;
  },
};
const NAME = /^query (\w+)/;

createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', async () => {
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString());
    const body = Buffer.from(JSON.stringify({ data: await OPERATIONS[NAME.exec(query)[1]](variables) }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  });
}).listen(Number(PORT), '127.0.0.1', () => process.send?.({ ready: true }));
// With the bench that started it.
process.on('disconnect', () => process.exit());
