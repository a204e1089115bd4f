import type { Version } from '../../../lib/version.ts';
import { lookup, wordsOf } from '../../project/lookup.ts';
import { headSpan, lastEntry, type Unit, valueSpan } from '../../project/unit.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'quadlet-build-context',
  title: 'SetWorkingDirectory= or File= leaves no folder to work in',
  severity: 'error',
  why: 'The generator makes no unit where it cannot tell from which folder an image is built or a pod is played.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#setworkingdirectory',
    'https://github.com/containers/podman/blob/v5.4.2/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Set SetWorkingDirectory=unit (in [Kube] also yaml; in [Build] also file, a path or a URL), or give File= as an absolute path.',
  applies: 'unit',
  generator: true,
  *check(unit, { podman }) {
    if (unit.type !== 'kube' && unit.type !== 'build') return;
    const message = unit.type === 'kube' ? kubeProblem(unit, podman) : buildProblem(unit, podman);
    if (message === undefined) return;
    const section = unit.type === 'kube' ? 'Kube' : 'Build';
    const entry = lastEntry(unit, section, 'SetWorkingDirectory') ?? lastEntry(unit, section, 'File');
    yield { at: entry ? valueSpan(entry) : headSpan(unit), message };
  },
});

function kubeProblem(unit: Unit, podman: Version): string | undefined {
  const folder = lookup(unit, 'Kube', 'SetWorkingDirectory', podman) ?? '';
  if (!/^(yaml|unit|)$/i.test(folder)) return `'${folder}' is neither 'yaml' nor 'unit'`;
  const several = !podman.isBefore(5, 7) && wordsOf(unit, 'Kube', 'Yaml', 'words').length > 1;
  return several && /^yaml$/i.test(folder) ? "'yaml' is not possible with more than one Yaml=" : undefined;
}

function buildProblem(unit: Unit, podman: Version): string | undefined {
  const folder = lookup(unit, 'Build', 'SetWorkingDirectory', podman) ?? '';
  const file = lookup(unit, 'Build', 'File', podman);
  const given = lookup(unit, 'Service', 'WorkingDirectory', podman) ?? '';
  if (/^yaml$/i.test(folder)) return `'${folder}' is for .kube files`;
  const asFile = /^file$/i.test(folder);
  if (asFile && file === undefined) return `'${folder}' needs File=`;
  const context = asFile || /^unit$/i.test(folder) ? '' : folder;
  const relative = asFile ? file !== '' : folder !== '' && !context.startsWith('/') && !isUrl(context);
  // A relative context makes a working directory of its own; one that is given takes its place.
  if (given !== '' || relative || context !== '') return undefined;
  if (!file) return 'there is neither SetWorkingDirectory= nor File=';
  const isFixed = file.startsWith('/') || isUrl(file) || (!podman.isBefore(5, 7) && /^%(?!%)/.test(file));
  return isFixed ? undefined : `the relative File=${file} needs SetWorkingDirectory=`;
}

/** As podman judges it: in part by how the text begins. */
function isUrl(text: string): boolean {
  return /^(https?|git:\/\/)|github\.com\/./.test(text);
}
