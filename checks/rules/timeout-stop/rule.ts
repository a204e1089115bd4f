import { last, type Unit, valueSpan } from '../../project/unit.ts';
import { type Option, option } from '../../quadlet/options.ts';
import { secondsOf } from '../../quadlet/time-span.ts';
import { defineRule } from '../../rule.ts';

/** What counts where nothing is set: podman's stop timeout, and systemd's. */
const defaults = { podman: 10, systemd: 90 };

export const rule = defineRule({
  id: 'timeout-stop',
  title: 'systemd gives up before podman has stopped the container',
  severity: 'warning',
  why: 'Podman is killed while it still waits for the service: work is cut off that had time left, and the container is not cleaned up.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#stoptimeout-seconds',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#TimeoutStopSec=',
  ],
  fix: 'Set TimeoutStopSec= in [Service] some seconds above StopTimeout=.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container' && unit.type !== 'pod') return;
    const stop = option(unit, 'StopTimeout', 'stop-timeout');
    const limit = stopLimit(unit);
    const wanted = stop === undefined ? defaults.podman : numberOf(stop.value);
    const given = limit === undefined ? defaults.systemd : secondsOf(limit.value);
    const place = limit ?? stop;
    if (place === undefined || wanted === undefined || given === undefined || given > wanted) return;
    yield {
      at: place.at,
      message: `podman waits ${wanted} s for the container, systemd ${given} s for podman`,
    };
  },
});

/** TimeoutSec= sets the timeouts of start and stop: what stands last counts. */
function stopLimit(unit: Unit): Option | undefined {
  const [stop, both] = ['TimeoutStopSec', 'TimeoutSec'].map((key) => last(unit, 'Service', key));
  const counts =
    stop && both
      ? [stop, both].sort((a, b) => unit.entries.indexOf(a) - unit.entries.indexOf(b))[1]
      : (stop ?? both);
  return counts && { value: counts.value === '0' ? 'infinity' : counts.value, at: valueSpan(counts) };
}

function numberOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
