import { portClashes } from '../../project/port-clash.ts';
import { publishersOf } from '../../project/publishers.ts';
import { defineRule } from '../../rule.ts';
import { textOf } from '../../source.ts';

export const rule = defineRule({
  id: 'host-port-twice',
  title: 'two pods or containers want the same port of the host',
  severity: 'error',
  why: 'The one that starts second fails with "address already in use", and which one that is differs from boot to boot.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-run.1.html#publish-p-ip-hostport-containerport-protocol',
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/ports.go',
  ],
  fix: 'Give one of them another port, or another address of its own; no address means every address.',
  applies: 'project',
  *check(project) {
    for (const [{ port }, other] of portClashes(publishersOf(project))) {
      const place = `${other.publisher.file} (${textOf(other.port.at).slice(0, 60)})`;
      const number = port.host?.[0] === port.host?.[1] ? port.host?.[0] : port.host?.join('-');
      yield { at: port.at, message: `port ${number} (${port.protocol}) is taken by ${place}` };
    }
  },
});
