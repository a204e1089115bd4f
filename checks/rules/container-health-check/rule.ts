import { headSpan, last } from '../../project/unit.ts';
import { healthOf } from '../../quadlet/health.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-health-check',
  title: 'nothing looks after whether a container still works',
  severity: 'warning',
  why: 'A process that hangs counts as running: without a health check neither podman nor systemd nor a person notices.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#healthcmd-command',
    'https://docs.podman.io/en/latest/markdown/podman-healthcheck-run.1.html',
  ],
  fix: 'Set HealthCmd= to a command that fails when the service does not answer.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container' || last(unit, 'Service', 'Type')?.value === 'oneshot') return;
    const health = healthOf(unit);
    // With Notify=healthy the container does not even start: container-notify-healthy says so.
    if (health.command !== undefined || health.isAwaited) return;
    if (health.switchedOff) yield { at: health.switchedOff, message: 'the health check is switched off' };
    else yield { at: headSpan(unit), message: 'HealthCmd= is missing' };
  },
});
