import { ApiError } from '../../base/kit/errors.ts';

/** A service that lists what it has. */
export interface Source {
  /** The service's name. */
  service: string;
  url: string;
}

export type GetJson = (url: string) => Promise<unknown>;

/** One thing that a service lists, and who lists it. */
export interface Listed<T> {
  source: Source;
  item: T;
}

export interface Listing<T> {
  /** Asks every service anew. */
  list(): Promise<Listed<T>[]>;
  /** By one of its names; a 404 or 503 that says what there is otherwise. */
  find(name: string): Promise<Listed<T>>;
}

export interface ListingOptions<T> {
  sources: readonly Source[];
  getJson: GetJson;
  /** Path whose answer holds the list in `data`. */
  path: string;
  /** What such a thing is called, in errors and as the `param` that names it. */
  kind: string;
  read(entry: unknown, service: string): T | undefined;
  /** Its name, and others that lead to it. */
  names(item: T): [string, ...string[]];
  /** Milliseconds for which a list is good. */
  freshMs?: number;
}

/** What several services list together; asked for anew when older than `freshMs` or when a name is not found. */
export function createListing<T>({ freshMs = 5_000, ...options }: ListingOptions<T>): Listing<T> {
  const { sources, kind } = options;
  const lists = new Map<string, Listed<T>[]>();
  let byName = new Map<string, Listed<T>>();
  let away: string[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const read = async () => {
    await Promise.all(
      sources.map(async (source) => {
        // A service that is away just now keeps its last list: its things are unavailable, not unknown.
        const listed = await askOne(source, options);
        if (listed) lists.set(source.service, listed);
      }),
    );
    away = sources.map(({ service }) => service).filter((service) => !lists.has(service));
    // Where two services list one name, the first one serves it.
    byName = new Map(
      all()
        .reverse()
        .flatMap((listed) => options.names(listed.item).map((name) => [name, listed])),
    );
    readAt = performance.now();
  };
  const all = () => sources.flatMap(({ service }) => lists.get(service) ?? []);
  const refresh = () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  return {
    list: async () => {
      await refresh();
      return all().filter((listed) => byName.get(options.names(listed.item)[0]) === listed);
    },
    find: async (name) => {
      const known = byName.get(name);
      if (known) {
        // What is known is good enough to go on with: a service that hangs must not keep others waiting.
        if (performance.now() - readAt > freshMs) refresh().catch(() => undefined);
        return known;
      }
      await refresh();
      const found = byName.get(name);
      if (found) return found;
      const given = name.slice(0, 100);
      if (away.length > 0) {
        const message = `there is no ${kind} '${given}' for now: ${away.join(', ')} does not answer`;
        throw new ApiError(503, 'service_unavailable', message, { param: kind, retryAfter: 2 });
      }
      const names = all().map(({ item }) => options.names(item)[0]);
      const there = [...new Set(names)].sort().join(', ') || 'none at the moment';
      throw new ApiError(404, `${kind}_not_found`, `there is no ${kind} '${given}'; there is: ${there}`, {
        param: kind,
      });
    },
  };
}

/** `undefined` where the service does not answer. */
async function askOne<T>(
  source: Source,
  options: Omit<ListingOptions<T>, 'freshMs'>,
): Promise<Listed<T>[] | undefined> {
  const answer = await options.getJson(source.url + options.path).catch(() => undefined);
  const data = (answer as { data?: unknown } | undefined)?.data;
  if (!Array.isArray(data)) return undefined;
  return data.flatMap((entry) => {
    const item = options.read(entry, source.service);
    return item === undefined ? [] : [{ source, item }];
  });
}
