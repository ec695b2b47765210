import { Agent, createServer, request } from 'node:https';
import { join } from 'node:path';
import type { DepartmentId } from '../../subgraphs/catalogue.ts';
import { ownTransport } from '../../subgraphs/keys.ts';

/**
 * A line between gateways and one department, on loopback. To a gateway it is the department, with its certificate; to
 * the department it is the center. Whoever opens it decides what travels.
 */
export interface Line {
  /** Asks the department itself, past everything that disturbs the line. @throws {Error} without an answer. */
  ask(query: string, variables: Variables): Promise<Result>;
  close(): Promise<void>;
}

export type Variables = Readonly<Record<string, unknown>>;

/** A result of GraphQL, as it travels. */
export interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly unknown[];
}

/** What a gateway has sent. */
export interface Call {
  /** The operation's name: `PrecheckItems`, `FileItems`, `OutcomesOf`, `RevokeItems`, or `anonymous`. */
  readonly operation: string;
  readonly variables: Variables;
  /** Lets the department answer it, with other variables where given. */
  forward(variables?: Variables): Promise<Result>;
}

/** CUT: the connection ends without an answer. */
export type Reply = Result | { readonly status: number } | 'CUT';

export interface LineSettings {
  readonly dataDir: string;
  readonly department: DepartmentId;
  readonly listenPort: number;
  readonly departmentPort: number;
  answer(call: Call): Promise<Reply>;
}

const connectionsMax = 32;
/** The department is on the same machine and alive; whoever waits longer waits for a defect. */
const askTimeoutMs = 20_000;

export async function openLine(settings: LineSettings): Promise<Line> {
  const { dataDir, department, listenPort, departmentPort, answer } = settings;
  const trustFolder = join(dataDir, 'trust');
  const agent = new Agent({
    ...ownTransport(join(dataDir, 'center', 'keys'), trustFolder),
    keepAlive: true,
    maxSockets: connectionsMax,
    servername: `${department}.one-window.internal`,
  });
  const ask = (query: string, variables: Variables): Promise<Result> =>
    post(`https://127.0.0.1:${departmentPort}/graphql`, { query, variables }, { agent, timeoutMs: askTimeoutMs });

  const own = ownTransport(join(dataDir, department, 'keys'), trustFolder);
  const server = createServer({ ...own, requestCert: true, rejectUnauthorized: true }, async (asked, reply) => {
    try {
      const text = (await asked.setEncoding('utf8').toArray()).join('');
      const { query, variables = {} } = JSON.parse(text) as { query: string; variables?: Variables };
      const operation = /^\s*(?:query|mutation) (\w+)/.exec(query)?.[1] ?? 'anonymous';
      const replied = await answer({ operation, variables, forward: (other = variables) => ask(query, other) });
      if (replied === 'CUT') return void asked.socket.destroy();
      const isRefused = 'status' in replied;
      reply.writeHead(isRefused ? replied.status : 200, { 'content-type': 'application/json' });
      reply.end(isRefused ? '{}' : JSON.stringify(replied));
    } catch {
      // A gateway that was killed in the middle of its request, or a department without an answer.
      asked.socket.destroy();
    }
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((ready, failed) => {
    server.once('error', failed).listen(listenPort, '127.0.0.1', ready);
  });
  return {
    ask,
    close: () =>
      new Promise(closed => {
        server.close(() => closed());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

export interface PostOptions {
  readonly agent: Agent;
  readonly timeoutMs: number;
}

/** @throws {Error} when no result of GraphQL comes back in time. */
export function post(url: string, body: object, { agent, timeoutMs }: PostOptions): Promise<Result> {
  const text = JSON.stringify(body);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((answered, failed) => {
    const sent = request(url, { agent, method: 'POST', headers, signal }, async answer => {
      try {
        const parts = await answer.setEncoding('utf8').toArray();
        if ((answer.statusCode ?? 500) >= 500) throw new Error(`HTTP status ${answer.statusCode}`);
        answered(JSON.parse(parts.join('')) as Result);
      } catch (error) {
        failed(error);
      }
    });
    sent.on('error', failed).end(text);
  });
}
