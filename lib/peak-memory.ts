import type { Podman } from './podman.ts';

const peakFile = '/tmp/peak-pages';

/** Runs inside a container: the most pages that its processes, without this one, held together, every 0.2 s. */
const sampler = `most=0
while sleep 0.2; do
  sum=0
  for file in /proc/[0-9]*/statm; do
    [ "$file" = "/proc/$$/statm" ] || { read -r _ pages _ <"$file" && sum=$((sum + pages)); }
  done 2>/dev/null
  [ $sum -le $most ] || { most=$sum; echo $most >${peakFile}; }
done`;

/** Begins to watch what containers hold of memory; the result gives the peaks until then, in MiB by container. */
export async function watchMemory(
  podman: Podman,
  containers: readonly string[],
): Promise<() => Promise<Record<string, number>>> {
  for (const name of containers) await podman.run(['exec', '--detach', name, 'bash', '-c', sampler]);
  return async () => {
    const entries = containers.map(async (name) => {
      const pages = Number(await podman.run(['exec', name, 'cat', peakFile]));
      return [name, Math.round((pages * 4096) / 2 ** 20)] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  };
}
