import type { FastifyInstance } from '../../base/kit/app.ts';

/** `OPTIONS` for every path that is added from here on: its methods, and nothing that lets other origins in. */
export function addOptions(app: FastifyInstance): void {
  const allowed = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = [method].flat().filter((each) => each !== 'OPTIONS');
    if (methods.length === 0) return;
    const known = allowed.get(url);
    const all = known ?? new Set(['OPTIONS']);
    for (const each of methods) all.add(each);
    if (known) return;
    allowed.set(url, all);
    app.options(url, async (_request, reply) =>
      reply
        .code(204)
        .header('allow', [...all].sort().join(', '))
        .send(),
    );
  });
}
