import { podUnitOf } from '../../project/pod-names.ts';
import { servicesOf } from '../../project/services.ts';
import { option } from '../../quadlet/options.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'userns-volume-owner',
  title: 'a volume outlives the user ids that wrote it',
  severity: 'info',
  why: 'UserNS=auto picks free ids for every new container: after a restart the files of the volume may belong to nobody it knows.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-run.1.html#userns-mode',
    'https://docs.podman.io/en/latest/markdown/podman-run.1.html#volume-v-source-volume-host-dir-container-dir-options',
  ],
  fix: 'Add :idmap, or :U so that podman changes the owner at each start.',
  applies: 'project',
  *check(project) {
    for (const { kind, file, mounts } of servicesOf(project)) {
      const unit = kind === 'unit' ? project.unitsByName.get(file) : undefined;
      const owner = unit && (podUnitOf(unit, project) ?? unit);
      const mode = owner && option(owner, 'UserNS', 'userns')?.value;
      if (mode === undefined || !/^auto(:|$)/.test(mode)) continue;
      for (const { source, target, options, readOnly, at } of mounts) {
        // Folders of the host have owners that somebody chose.
        const isVolume = source !== undefined && source !== '' && !/^[./%]|\.(image|artifact)$/.test(source);
        if (!isVolume || readOnly || options.some((each) => /^(U|idmap.*)$/.test(each))) continue;
        yield { at, message: `${target} has neither :idmap nor :U under UserNS=${mode}` };
      }
    }
  },
});
