import { healthOf } from '../../quadlet/health.ts';
import { option } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'container-health-on-failure',
  title: 'a container that turns unhealthy is not left to systemd to start again',
  severity: 'warning',
  why: 'Without an action podman only notes that the check failed; and its own restart goes past systemd, which counts and spaces restarts.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#healthonfailure-action',
    'https://github.com/containers/podman/blob/main/libpod/healthcheck.go',
  ],
  fix: 'Set HealthOnFailure=kill: then the Restart= of [Service] starts it again.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    const { command } = healthOf(unit);
    if (command === undefined) return;
    const action = option(unit, 'HealthOnFailure', 'health-on-failure');
    if (action === undefined)
      yield { at: command.at, message: 'HealthOnFailure=kill is missing: nothing happens' };
    else if (action.value === 'none')
      yield { at: action.at, message: "nothing happens: expected 'kill', got 'none'" };
    else if (action.value === 'restart') {
      yield { at: action.at, message: "systemd should do the restart: expected 'kill', got 'restart'" };
    }
  },
});
