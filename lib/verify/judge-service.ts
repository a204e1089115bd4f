import type { Service } from '../platform.ts';
import { claims, judge } from './claims.ts';
import { observe, type Surroundings } from './observe.ts';
import type { Judged } from './report.ts';
import { stress, stressMebibytes } from './stress.ts';
import { withTwin } from './twin.ts';

const bound = `${stressMebibytes}m`;
const stressed = { args: ['--memory', bound, '--memory-swap', bound] };

/** Every claim about one service of a running pod. Stress goes to a twin of it: what runs is not put at risk. */
export async function judgeService(
  surroundings: Surroundings,
  pod: string,
  service: Service,
): Promise<Judged[]> {
  const { podman } = surroundings;
  const seen = await observe(
    surroundings,
    { service, container: `${pod}-${service.name}` },
    { sweeps: true },
  );
  const bounded = seen.outside.cgroup !== undefined;
  const outcome = bounded
    ? await withTwin(podman, pod, service, stressed, (twin) => stress(surroundings, pod, twin))
    : undefined;
  const all = { ...seen, stress: outcome };
  return claims.map((claim) => ({ service: service.name, claim, finding: judge(claim, all, service) }));
}
