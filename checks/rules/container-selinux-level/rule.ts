import { podUnitOf } from '../../project/pod-names.ts';
import type { Unit } from '../../project/unit.ts';
import { options } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';
import { type Label, labelLevel } from '../../selinux/label.ts';

export const rule = defineRule({
  id: 'container-selinux-level',
  title: 'containers of one pod run at different SELinux levels',
  severity: 'error',
  why: 'Podman lets a container share the label of its pod only while it has no label options of its own; with a type and no level it gets random categories, and every :Z relabel locks the others out of shared volumes.',
  evidence: [
    'https://github.com/containers/podman/blob/main/pkg/specgen/generate/container_create.go',
    'https://docs.podman.io/en/latest/markdown/podman-container.unit.5.html#securitylabellevel-level',
  ],
  fix: 'Write one SecurityLabelLevel= in every container of the pod, and PodmanArgs=--security-opt label=level:… in the .pod unit.',
  applies: 'project',
  *check(project) {
    const pods = new Map<Unit, Label[]>();
    for (const unit of project.units) {
      const pod = podUnitOf(unit, project);
      if (pod === undefined) continue;
      const labels = pods.get(pod);
      if (labels) labels.push(labelLevel(unit));
      else pods.set(pod, [labelLevel(unit)]);
    }
    for (const [pod, labels] of pods) {
      const expected = labelLevel(pod).level ?? labels.find(({ level }) => level !== undefined)?.level;
      for (const { unit, level, own, at } of labels) {
        if (options(unit, 'SecurityLabelDisable').length > 0) continue;
        const inherited = own ? level : labelLevel(pod).level;
        if (inherited === expected && !(own && level === undefined)) continue;
        const got = inherited === undefined ? 'has no level' : `has level ${inherited}`;
        yield { at, message: `${unit.name} ${got}${expected === undefined ? '' : `, the pod ${expected}`}` };
      }
    }
  },
});
