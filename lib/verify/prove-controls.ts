import { Failure } from '../failure.ts';
import { closedFolders, platform, type Service } from '../platform.ts';
import type { Verdict } from './claim.ts';
import { claims, judge } from './claims.ts';
import type { Layer } from './layers.ts';
import { observe, type Surroundings } from './observe.ts';
import { publishedSockets } from './published.ts';
import { stress } from './stress.ts';
import { withTwin } from './twin.ts';

export interface Control {
  layer: string;
  /** Claims that a twin with every layer on holds, and that are lost without this one. */
  lost: readonly string[];
  /** Claims that ought to be lost and were not, or were not held before. */
  failures: readonly string[];
}

/** What a twin is looked at with: both take their time. */
interface Depth {
  sweeps: boolean;
  stress: boolean;
}

/** Takes one layer after the other away from a twin, and tells which claims are lost by it. */
export async function* proveControls(
  surroundings: Surroundings,
  pod: string,
  layers: readonly Layer[],
): AsyncGenerator<Control> {
  const whole = new Map<string, Verdicts>();
  for (const layer of layers) {
    const service = platform.services.find(({ name }) => name === layer.service);
    if (service === undefined) throw new Failure(`no service is called ${layer.service}`);
    const before =
      whole.get(service.name) ?? (await verdictsOn(surroundings, pod, service, {}, depthOf(service, layers)));
    whole.set(service.name, before);
    const after = await verdictsOn(surroundings, pod, service, layer, depthOf(service, [layer]));
    const lost = before.held.filter((id) => after.notHeld.includes(id));
    yield { layer: layer.id, lost, failures: layer.flips.filter((id) => !lost.includes(id)) };
  }
}

function depthOf({ name }: Service, layers: readonly Layer[]): Depth {
  const own = layers.filter(({ service }) => service === name);
  return {
    sweeps: own.some(({ flips }) => flips.some((id) => /^seccomp-|^foreign/.test(id))),
    stress: own.some(({ flips }) => flips.some((id) => id.endsWith('-contained'))),
  };
}

/** Ids of the claims that were decided. */
interface Verdicts {
  held: readonly string[];
  notHeld: readonly string[];
}

async function verdictsOn(
  surroundings: Surroundings,
  pod: string,
  service: Service,
  { without = {}, exec = [] }: Partial<Pick<Layer, 'without' | 'exec'>>,
  depth: Depth,
): Promise<Verdicts> {
  const { podman } = surroundings;
  return withTwin(podman, pod, service, without, async (twin) => {
    const declared = {
      ...surroundings.declared,
      owner: twin.name,
      bind: undefined,
      closed: closedFolders.quadlet,
      secrets: [...surroundings.declared.secrets, twin.secret],
    };
    const own = { ...surroundings, declared, published: await publishedSockets(podman, twin.name) };
    const seen = await observe(own, { service, container: twin.name }, { sweeps: depth.sweeps, exec });
    const stressed = depth.stress ? await stress(surroundings, pod, twin) : undefined;
    const all = { ...seen, stress: stressed };
    const judged = claims.map((claim) => ({ id: claim.id, verdict: judge(claim, all, service).verdict }));
    const idsOf = (verdict: Verdict) => judged.filter((it) => it.verdict === verdict).map(({ id }) => id);
    return { held: idsOf('held'), notHeld: idsOf('not held') };
  });
}
