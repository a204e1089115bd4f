import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { check } from '../checks/check.ts';
import { unitTypeOf } from '../checks/project/unit.ts';
import { rules } from '../checks/rules.ts';
import { parseVersion } from '../lib/version.ts';
import { type Case, corpus } from './quadlet-corpus.ts';

// write FOLDER                      the corpus as files, a folder for each case
// compare FOLDER VERDICTS VERSION   exit 1 where the generator of that podman and our rules disagree on a unit of it
//
// VERDICTS holds for each case a line `== CASE EXIT-STATUS`, and then a line for each unit that the generator made:
// the SourcePath= in it.

const [verb, folder = '', path = '', version = ''] = process.argv.slice(2);

if (verb === 'write') {
  for (const { name, files } of corpus(20_260_101, 1600)) {
    for (const [file, text] of files) {
      mkdirSync(dirname(join(folder, name, file)), { recursive: true });
      writeFileSync(join(folder, name, file), text);
    }
  }
} else process.exitCode = compare(readdirSync(folder).map(readCase), readFileSync(path, 'utf8'), version);

function readCase(name: string): Case {
  const entries = readdirSync(join(folder, name), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const home = join(folder, name).length + 1;
  return { name, files: new Map(paths.map((file) => [file.slice(home), readFileSync(file, 'utf8')])) };
}

function compare(cases: readonly Case[], verdicts: string, podman: string): number {
  const runs = new Map(
    verdicts
      .split(/^== /m)
      .slice(1)
      .map((run) => [run.slice(0, 5), run] as const),
  );
  const counts = { units: 0, refused: 0, disagreements: 0 };
  for (const each of cases) {
    const run = runs.get(each.name) ?? '';
    if (run === '') throw new Error(`the generator was not run for case ${each.name}`);
    const refusing = findingsOf(each, podman);
    for (const file of each.files.keys()) {
      const isNeighbour = /^(near|own)\//.test(file);
      // What refers to a broken unit falls with it, and a panic takes along whatever comes later.
      if (unitTypeOf(file) === undefined || (isNeighbour && refusing.size > 0)) continue;
      const isMade = run.includes(`\nSourcePath=/cases/${each.name}/${file}\n`);
      const found = refusing.get(file) ?? [];
      if (!isNeighbour) counts.units++;
      if (!isMade && !isNeighbour) counts.refused++;
      if (isMade === (found.length === 0)) continue;
      counts.disagreements++;
      process.stdout.write(
        `${each.name}/${file}: ${isMade ? 'made' : 'refused'}, we say: ${found.join('; ')}\n`,
      );
    }
  }
  process.stdout.write(
    `podman ${podman}: ${counts.units} units compared, ${counts.refused} of them refused; ${counts.disagreements} disagreements\n`,
  );
  return counts.disagreements === 0 ? 0 : 1;
}

/** What the rules find that say what the generator says, by the unit that will be missing. */
function findingsOf({ files }: Case, podman: string): Map<string, string[]> {
  const skip = rules.filter(({ generator }) => !generator).map(({ id }) => id);
  const sources = [...files].map(([file, text]) => ({ path: file, text }));
  const found = new Map<string, string[]>();
  for (const { rule, at, message } of check(sources, { podman: parseVersion(podman), skip }).findings) {
    const unit = at.source.path.replace(/\.d\/[^/]+\.conf$/, '');
    found.set(unit, [...(found.get(unit) ?? []), `${rule}: ${message}`]);
  }
  return found;
}
