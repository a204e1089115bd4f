import { messageOf } from '../failure.ts';
import { warn } from '../terminal.ts';
import { secretsOf } from './declared.ts';
import type { Surroundings } from './observe.ts';
import { type Judged, totals } from './report.ts';

/** Hands the outcome to the gateway, whose `/v1/status` shows it from then on. */
export async function tellGateway(
  { podman, gateway }: Surroundings,
  pod: string,
  judged: readonly Judged[],
): Promise<void> {
  const { held, notHeld, notProvable } = totals(judged);
  const failures = judged
    .filter(({ finding }) => finding.verdict === 'not held')
    .map(({ service, claim }) => `${service}: ${claim.id}`);
  const { 'api-key': key } = await secretsOf(podman.account, pod);
  const body = {
    verified_at: new Date().toISOString(),
    held,
    not_held: notHeld,
    not_provable: notProvable,
    failures,
  };
  try {
    const answer = await fetch(`${gateway}/v1/status/verification`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    if (!answer.ok) warn(`/v1/status will not show this: the gateway answers ${answer.status}`);
  } catch (error) {
    warn(`/v1/status will not show this: ${messageOf(error)}`);
  }
}
