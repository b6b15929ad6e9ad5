import { api } from './api.ts';
import { h } from './element.ts';

/** Tables and their columns, which are fetched when a table is opened; a click writes the name into the query. */
export async function schemaTree(
  host: HTMLElement,
  insert: (text: string) => void,
  onProblem: (error: unknown) => void,
): Promise<void> {
  const tables = await api.tables();
  if (tables.length === 0) {
    host.replaceChildren(h('p', { class: 'note' }, 'There is no table for you here.'));
    return;
  }
  host.replaceChildren(
    ...tables.map(({ name, description }) => {
      const columns = h('ul');
      let isLoaded = false;
      const ontoggle = (event: Event) => {
        if (isLoaded || !(event.currentTarget as HTMLDetailsElement).open) return;
        isLoaded = true;
        api.table(name).then(
          (found) =>
            columns.replaceChildren(
              ...found.map((column) =>
                h(
                  'li',
                  {},
                  h(
                    'button',
                    {
                      type: 'button',
                      title: `${column.type}${column.nullable ? '' : ', never null'}`,
                      onclick: () => insert(quoted(column.name)),
                    },
                    h('span', {}, column.name),
                    h('span', { class: 'type' }, column.type),
                  ),
                ),
              ),
            ),
          (error: unknown) => {
            isLoaded = false;
            onProblem(error);
          },
        );
      };
      return h(
        'details',
        { ontoggle },
        h('summary', { ondblclick: () => insert(quoted(name)) }, name),
        description ? h('p', { class: 'note' }, description) : null,
        columns,
      );
    }),
  );
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
