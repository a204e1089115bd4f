import { createListing, type GetJson, type Listing, type Source } from './listing.ts';

/** A model as GET /v1/models lists it: OpenAI's fields first, then what its service adds. */
export interface Model {
  id: string;
  object: 'model';
  created: number;
  owned_by: string;
  aliases?: readonly string[];
  /** Tokens that a language model is or would be loaded with. */
  context?: number | null;
  [more: string]: unknown;
}

/** A task as GET /v1/tasks lists it, with the models that can do it. */
export interface Task {
  task: string;
  [more: string]: unknown;
}

/** The models of all services by id and alias. */
export function modelListing(sources: readonly Source[], getJson: GetJson): Listing<Model> {
  return createListing<Model>({
    sources,
    getJson,
    path: '/v1/models',
    kind: 'model',
    read: (entry, service) => {
      const { id, created } = entry as Partial<Model>;
      if (typeof id !== 'string') return undefined;
      return { ...(entry as Model), id, object: 'model', created: created ?? 0, owned_by: service };
    },
    names: ({ id, aliases = [] }) => [id, ...aliases],
  });
}

/** The tasks of all services; each task belongs to one. */
export function taskListing(sources: readonly Source[], getJson: GetJson): Listing<Task> {
  return createListing<Task>({
    sources,
    getJson,
    path: '/v1/tasks',
    kind: 'task',
    read: (entry) => (typeof (entry as Partial<Task>).task === 'string' ? (entry as Task) : undefined),
    names: ({ task }) => [task],
  });
}
