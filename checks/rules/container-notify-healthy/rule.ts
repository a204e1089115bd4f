import { last, valueSpan } from '../../project/unit.ts';
import { healthOf } from '../../quadlet/health.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-notify-healthy',
  title: 'a start waits for a health check that the unit does not have',
  severity: 'error',
  why: 'Podman refuses to create the container ("sdnotify policy healthy requires a healthcheck"), unless its image happens to bring a check.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#notify-bool-defaults-to-false',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/container_create.go',
  ],
  fix: 'Set HealthCmd=, or remove Notify=healthy.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    const { isAwaited, command, switchedOff } = healthOf(unit);
    const notify = last(unit, 'Container', 'Notify');
    if (!isAwaited || notify === undefined || command !== undefined) return;
    const reason = switchedOff ? 'the health check is switched off' : 'HealthCmd= is missing';
    yield { at: valueSpan(notify), message: `it never becomes healthy: ${reason}` };
  },
});
