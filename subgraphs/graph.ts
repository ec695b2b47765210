import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import type { DepartmentId } from './catalogue.ts';
import { type ContractTools, contractResolvers } from './contract.ts';
import type { Department, DepartmentTools } from './department.ts';
import { type DeskTools, itemDesk } from './desk.ts';
import { guard } from './guard.ts';
import type { PaperForms } from './papers-desk.ts';

/** What a department works with: its own memory, its own seal, its own registers. */
export type Means = Omit<DeskTools, 'department'> &
  Omit<DepartmentTools, 'desk'> &
  Pick<ContractTools, 'trust'> & {
    /** None where it hands out no papers. */
    readonly forms?: PaperForms;
  };

const contract = parse(readFileSync(new URL('./contract.graphql', import.meta.url), 'utf8'));

/** The graph of one department: the hidden operations that all have, and what its folder adds. */
export async function openGraph<Id extends DepartmentId, Context extends object>(
  department: Department<Id, Context>,
  means: Means,
): Promise<{ readonly schema: GraphQLSchema; context(): Context }> {
  const open = await department.open({
    ...means,
    desk: (item, practice) => itemDesk(item, practice, { ...means, department: department.id }),
  });
  const schema = guard(
    buildSubgraphSchema([
      { typeDefs: contract, resolvers: contractResolvers({ forms: {}, ...means, items: open.items }) },
      { typeDefs: parse(readFileSync(department.schema, 'utf8')), resolvers: open.resolvers },
    ]),
  );
  return { schema, context: open.context };
}
