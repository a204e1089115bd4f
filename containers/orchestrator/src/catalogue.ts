import { ApiError } from '../../base/kit/errors.ts';

/** A model as GET /v1/models lists it. */
export interface Model {
  id: string;
  object: 'model';
  created: number;
  owned_by: string;
}

interface Source {
  /** The service's name, shown as the owner of its models. */
  service: string;
  url: string;
}

export interface Catalogue {
  list(): Promise<Model[]>;
  /** The URL of the service that has this model; a 404 that names the known ones otherwise. */
  locate(model: string): Promise<string>;
}

export type GetJson = (url: string) => Promise<unknown>;

/** Models of all services; lists are asked for anew when older than `freshMs` or when a model is not found. */
export function createCatalogue(sources: readonly Source[], getJson: GetJson, freshMs = 5_000): Catalogue {
  let known = new Map<string, { model: Model; url: string }>();
  let away: string[] = [];
  const lists = new Map<string, Entry[]>();
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const read = async () => {
    const answers = await Promise.all(
      sources.map(async (source) => [source, await modelsOf(source, getJson)] as const),
    );
    // A service that is away just now keeps its last list: its models are unavailable, not unknown.
    for (const [{ service }, entries] of answers) if (entries) lists.set(service, entries);
    away = sources.map(({ service }) => service).filter((service) => !lists.has(service));
    // Where two services have a model of one name, the first one listed serves it.
    const entries = sources.flatMap(({ service }) => lists.get(service) ?? []);
    known = new Map(entries.reverse().map((entry) => [entry.model.id, entry]));
    readAt = performance.now();
  };
  const refresh = () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  return {
    async list() {
      await refresh();
      return [...known.values()].map((entry) => entry.model).reverse();
    },
    async locate(model) {
      if (!known.has(model) || performance.now() - readAt > freshMs) await refresh();
      const found = known.get(model);
      if (found) return found.url;
      if (away.length > 0) {
        const message = `there is no model '${model.slice(0, 100)}' for now: ${away.join(', ')} does not answer`;
        throw new ApiError(503, 'service_unavailable', message, { param: 'model', retryAfter: 2 });
      }
      const names = [...known.keys()].sort().join(', ') || 'none at the moment';
      throw new ApiError(
        404,
        'model_not_found',
        `there is no model '${model.slice(0, 100)}'; there is: ${names}`,
        {
          param: 'model',
        },
      );
    },
  };
}

type Entry = { model: Model; url: string };

/** `undefined` where the service does not answer. */
async function modelsOf({ service, url }: Source, getJson: GetJson): Promise<Entry[] | undefined> {
  const answer = await getJson(`${url}/v1/models`).catch(() => undefined);
  const data = (answer as { data?: unknown } | undefined)?.data;
  if (!Array.isArray(data)) return undefined;
  return data
    .filter((entry): entry is { id: string; created?: number } => typeof entry?.id === 'string')
    .map(({ id, created }) => ({
      model: { id, object: 'model' as const, created: created ?? 0, owned_by: service },
      url,
    }));
}
