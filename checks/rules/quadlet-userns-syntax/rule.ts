import { lookup } from '../../project/lookup.ts';
import { isFilledIn, lastEntry, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

const forms =
  /^(|host|nomap|private|pod|ns:.+|container:.+|keep-id(:(uid|gid|size)=\d+(,(uid|gid|size)=\d+)*)?|auto(:(size=\d+|[ug]idmapping=\d+:@?\d+(:\d+)?)(,(size=\d+|[ug]idmapping=\d+:@?\d+(:\d+)?))*)?)$/;

export const rule = defineRule({
  id: 'quadlet-userns-syntax',
  title: 'podman does not know the user namespace of UserNS=',
  severity: 'error',
  why: 'The generator hands it on unread, and podman refuses it each time the service starts.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#userns',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/specgen/namespaces.go',
  ],
  fix: 'Write keep-id[:uid=N,gid=N], auto[:size=N], nomap, host, or leave it out.',
  applies: 'unit',
  *check(unit, { podman }) {
    if (unit.section === undefined || !/^(container|pod|kube)$/.test(unit.type)) return;
    const entry = lastEntry(unit, unit.section, 'UserNS');
    const value = lookup(unit, unit.section, 'UserNS', podman) ?? '';
    if (entry && !isFilledIn(value) && !forms.test(value))
      yield { at: valueSpan(entry), message: `'${value}' is no user namespace` };
  },
});
