import { isOlder, keysOfSystemd, sectionSince, spelling } from '../../project/keys.ts';
import { defineRule } from '../../rule.ts';
import { spanOf } from '../../source.ts';

const common = ['Unit', 'Install'];

export const rule = defineRule({
  id: 'quadlet-unknown-section',
  title: 'nobody reads a section of a unit file',
  severity: 'error',
  why: 'Podman reads the section of the file type and [Quadlet], systemd its own; whatever else is in the file is passed over in silence.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#description',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html',
  ],
  fix: 'Spell the section as podman-systemd.unit(5) does, move its keys to the right file, or begin its name with X-.',
  applies: 'unit',
  *check({ heads, section, type }, { podman }) {
    const own = `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
    const read = section === undefined ? [...common, own] : [...common, 'Service', section, 'Quadlet'];
    for (const { name, range, source } of heads) {
      const line = spanOf(source, range);
      const at = { ...line, start: line.start + 1, end: line.start + 1 + name.length };
      if (section !== undefined && name === 'Quadlet' && isOlder(podman, sectionSince(name) ?? '0'))
        yield { at, message: `[Quadlet] needs podman ${sectionSince(name)}, this is for ${podman.text}` };
      if (name.startsWith('X-') || read.includes(name)) continue;
      const isOther = sectionSince(name) !== undefined || keysOfSystemd(name) !== undefined;
      const near = isOther ? undefined : spelling(name, read);
      const message = isOther
        ? `[${name}] is not read in a .${type} file`
        : `there is no section [${name}]${near ? `; did you mean [${near.text}]?` : ''}`;
      yield near?.sure ? { at, message, edit: { at, text: near.text } } : { at, message };
    }
  },
});
