import { wordsOf } from '../../project/lookup.ts';
import { isFilledIn } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-device-syntax',
  title: 'podman cannot read an AddDevice=',
  severity: 'error',
  why: 'The generator hands it on unread, and podman refuses it each time the service starts.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#adddevice',
    'https://github.com/containers/common/blob/main/pkg/parse/parse.go',
  ],
  fix: 'Write /dev/NAME[:/dev/INSIDE][:rwm], or a CDI name such as nvidia.com/gpu=all; a - in front allows it to be absent.',
  applies: 'unit',
  *check(unit) {
    if (unit.type !== 'container') return;
    for (const { text, at } of wordsOf(unit, 'Container', 'AddDevice', 'words')) {
      const [path = '', ...rest] = text.replace(/^-/, '').split(':');
      if (isFilledIn(text) || /^[\w.-]+\/[\w.-]+=/.test(text)) continue;
      const [inside, mode, ...more] = rest.length === 1 && isMode(rest[0]) ? ['/', rest[0]] : rest;
      if (path === '' || more.length > 0) yield { at, message: `'${text}' has no device, or too many parts` };
      else if (!path.startsWith('/')) yield { at, message: `'${path}' is no absolute path` };
      else if (inside !== undefined && !inside.startsWith('/'))
        yield { at, message: `'${inside}' is neither a path nor of the letters r, w, m` };
      else if (mode !== undefined && !isMode(mode))
        yield { at, message: `'${mode}': expected letters of rwm` };
    }
  },
});

function isMode(text: string | undefined): boolean {
  return text !== undefined && /^[rwm]{1,3}$/.test(text) && new Set(text).size === text.length;
}
