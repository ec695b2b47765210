import { join } from 'node:path';
import { sqliteSource } from '../adapters/sql.ts';
import { type DepartmentId, departmentIds, isDepartment } from './catalogue.ts';
import { departmentConfig, departmentSettings } from './config.ts';
import type { Department } from './department.ts';
import { CannotStart, runServer } from './process.ts';
import { serveDepartment } from './server.ts';
import { describeSettings } from './settings.ts';

/** `npm run department -- NAME`: one department as a server of its own, on a SQLite register of its own. */
const [name = ''] = process.argv.slice(2);

if (name === '--help' || name === '-h') {
  console.log(`npm run department -- NAME   (one of ${departmentIds.join(', ')})\n\nSettings:`);
  console.log(describeSettings(departmentIds.flatMap(departmentSettings).filter(unlessRepeated)));
} else {
  await runServer(async () => {
    if (!isDepartment(name)) {
      throw new CannotStart(`"${name}" is no department: name one of ${departmentIds.join(', ')}.`);
    }
    const { department } = (await import(`./${name}/index.ts`)) as { department: Department<DepartmentId, object> };
    const config = departmentConfig(name, process.env);
    const registers = sqliteSource({ file: join(config.folder, 'register.sqlite') });
    const server = await serveDepartment(department, { ...config, registers });
    console.log(`${name} answers the center on ${server.url}`);
    return server;
  });
}

function unlessRepeated<Named extends { readonly name: string }>(
  one: Named,
  at: number,
  all: readonly Named[],
): boolean {
  return all.findIndex(({ name }) => name === one.name) === at;
}
