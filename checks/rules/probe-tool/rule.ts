import { layersOf } from '../../project/builds.ts';
import { toolMissing } from '../../project/image-tools.ts';
import { servicesOf } from '../../project/services.ts';
import { defineRule } from '../../rule.ts';

export const rule = defineRule({
  id: 'probe-tool',
  title: 'a health check runs a program that the image lacks',
  severity: 'warning',
  why: 'The check runs inside of the container: there it always fails, and a service in good health is killed again and again.',
  evidence: [
    'https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html#healthcmd',
    'https://docs.podman.io/en/latest/markdown/podman-healthcheck-run.1.html',
  ],
  fix: 'Ask with a program that the image has, such as the one that it runs anyway, or install the other.',
  applies: 'project',
  *check(project) {
    const judged = new Map<string, boolean>();
    for (const { image, probes } of servicesOf(project)) {
      for (const { value, at } of probes) {
        const shell =
          /^(ba|da|)sh$/.test(value[0] ?? '') && value[1] === '-c'
            ? value[2]?.trim().split(/\s+/)[0]
            : undefined;
        const tool = (shell ?? value[0] ?? '').replace(/^\/usr\/bin\/|^\/bin\//, '');
        if (image === undefined || !/^(curl|wget|nc)$/.test(tool)) continue;
        const key = `${tool} ${image.value}`;
        if (!judged.has(key)) judged.set(key, toolMissing(tool, layersOf(image.value, project)));
        if (judged.get(key)) yield { at, message: `nothing installs '${tool}' into ${image.value}` };
      }
    }
  },
});
