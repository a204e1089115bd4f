import { all } from '../../project/unit.ts';
import { missingNameOf } from '../../quadlet/unit-dependencies.ts';
import { placedWords } from '../../quadlet/unit-words.ts';
import { defineRule } from '../../rule.ts';

const keys =
  'After Before BindsTo Conflicts OnFailure OnSuccess PartOf PropagatesReloadTo PropagatesStopTo ReloadPropagatedFrom Requires Requisite StopPropagatedFrom Upholds Wants'.split(
    ' ',
  );

export const rule = defineRule({
  id: 'unit-dependency-name',
  title: 'a dependency names a unit that will not exist',
  severity: 'error',
  why: 'What is made of x.pod is x-pod.service; systemd ignores an order after a unit that does not exist, and a wish for it, without a word.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#dependency-between-quadlet-units',
    'https://github.com/containers/podman/blob/main/pkg/systemd/quadlet/quadlet.go',
  ],
  fix: 'Name the service that is made of the file; podman 5.5 and later translate the name of the file itself.',
  applies: 'unit',
  *check(unit, { project, podman }) {
    const places = [
      ...keys.map((key) => ['Unit', key] as const),
      ...['WantedBy', 'RequiredBy', 'UpheldBy'].map((key) => ['Install', key] as const),
    ];
    for (const [section, key] of places) {
      for (const { text, at } of all(unit, section, key).flatMap((entry) => placedWords(entry, 'words'))) {
        // The generator translates names of files in [Unit]; those of [Install] it leaves as they are.
        const translates = section === 'Unit' && unit.section !== undefined && !podman.isBefore(5, 5);
        const real = missingNameOf(text, project, translates);
        if (real !== undefined) {
          yield { at, message: `expected '${real}', got '${text}'`, edit: { at, text: real } };
        }
      }
    }
  },
});
