import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { Failure } from '../lib/failure.ts';
import { nearest } from '../lib/nearest.ts';
import type { Values } from '../lib/options.ts';
import { report, script } from '../lib/script.ts';
import { paint, say } from '../lib/terminal.ts';
import { parseVersion, type Version } from '../lib/version.ts';
import { type Checked, check } from './check.ts';
import { explain, listRules } from './explain.ts';
import { loadFiles } from './files.ts';
import { type Finding, isAtLeast, type Severity, severities } from './finding.ts';
import { diffOf, fixesOf } from './fix.ts';
import { formatGithub, formatJson, formatJunit, formatSarif } from './format/machine.ts';
import { formatText } from './format/text.ts';
import { rules } from './rules.ts';

const usage = {
  summary:
    'Finds in pods, quadlets, seccomp profiles, SELinux policy and Containerfiles what podman would silently get wrong.',
  options: {
    format: {
      type: 'string',
      help: 'how findings are printed',
      choices: ['text', 'json', 'sarif', 'junit', 'github'],
    },
    podman: {
      type: 'string',
      value: 'VERSION',
      help: 'the podman it is meant for, 4.4 to 6.0 (default: installed, else newest)',
    },
    'fail-on': {
      type: 'string',
      help: 'exit 1 from this severity on (default: warning)',
      choices: severities,
    },
    skip: { type: 'string', value: 'RULES', help: 'rules to leave out, comma-separated' },
    fix: { type: 'boolean', help: 'mend what is mechanical, after printing the differences' },
    'dry-run': { type: 'boolean', help: 'with --fix: print the differences only' },
    explain: { type: 'string', value: 'RULE', help: 'why a rule exists and what to do' },
    list: { type: 'boolean', help: 'every rule in a line' },
  },
  positionals: '[FILE | FOLDER …]',
} as const;

const newest = '6.0';
const usualPaths = ['quadlets', 'pods', 'security', 'containers'];

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads no further (`| head`) has seen enough.
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

await script(usage, async (options) => {
  const { list, explain: asked, positionals } = options;
  if (list) return void process.stdout.write(listRules(rules));
  if (asked !== undefined) return void process.stdout.write(explain(ruleOf(asked)));
  const skip = (options.skip ?? '')
    .split(',')
    .filter(Boolean)
    .map((id) => ruleOf(id).id);
  const podman = targetVersion(options.podman);
  const files = loadFiles(positionals.length > 0 ? positionals : defaultPaths());
  const checked = guarded(() => check(files.sources, { podman, unreadable: files.unreadable, skip }));
  refuseUnknown(checked, files.named);
  const foreign = new Set(checked.project.unknown.map(({ path }) => path));
  const paths = [...files.sources, ...files.unreadable.map(({ at }) => at.source)]
    .map(({ path }) => path)
    .filter((path) => !foreign.has(path));
  if (options.fix) return mend(checked.findings, options['dry-run']);
  process.stdout.write(formatted(checked.findings, options.format, paths));
  if ((options.format ?? 'text') === 'text') say(summary(checked.findings, paths.length, podman));
  const limit = (options['fail-on'] ?? 'warning') as Severity;
  if (checked.findings.some(({ severity }) => isAtLeast(severity, limit))) process.exitCode = 1;
});

function formatted(
  findings: readonly Finding[],
  format: Values<typeof usage.options>['format'],
  paths: readonly string[],
): string {
  switch (format) {
    case 'json':
      return formatJson(findings);
    case 'sarif':
      return formatSarif(findings, rules);
    case 'junit':
      return formatJunit(findings, paths);
    case 'github':
      return formatGithub(findings);
    default:
      return formatText(findings, {
        colour: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
      });
  }
}

function mend(findings: readonly Finding[], dryRun: boolean): void {
  const fixes = fixesOf(findings);
  for (const fixed of fixes) {
    process.stdout.write(diffOf(fixed));
    if (!dryRun) writeFileSync(fixed.source.path, fixed.text);
  }
  const made = fixes.reduce((sum, { edits }) => sum + edits.length, 0);
  const left = findings.filter(({ edit }) => edit === undefined).length;
  say(`${made} ${dryRun ? 'could be mended' : 'mended'}, ${left} to mend by hand`);
  if (left > 0) process.exitCode = 1;
}

function summary(findings: readonly Finding[], files: number, podman: Version): string {
  const counts = severities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  const fixable = findings.filter(({ edit }) => edit !== undefined).length;
  const hint = fixable > 0 ? `; --fix mends ${fixable}` : '';
  const verdict = counts.length === 0 ? paint('green', 'clean') : counts.join(', ');
  return `${verdict}: ${files} files, for podman ${podman.text}${hint}`;
}

function ruleOf(id: string) {
  const rule = rules.find((each) => each.id === id);
  if (rule) return rule;
  const near = nearest(
    id,
    rules.map((each) => each.id),
  );
  throw new Failure(`there is no rule '${id}'`, {
    exit: 2,
    fix: near ? `did you mean ${near}?` : '--list shows all',
  });
}

function targetVersion(asked: string | undefined): Version {
  if (asked !== undefined && !/^([4-9])(\.\d+){1,2}$/.test(asked)) {
    throw new Failure(`--podman takes a version such as 5.4; got '${asked}'`, {
      exit: 2,
      fix: `--podman ${newest}`,
    });
  }
  return parseVersion(asked ?? installedVersion() ?? newest);
}

/** Quadlet came with 4.4: an older podman on this machine says nothing of where the files are to run. */
function installedVersion(): string | undefined {
  try {
    const text = execFileSync('podman', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const version = /\d+\.\d+(\.\d+)?/.exec(text)?.[0];
    return version === undefined || parseVersion(version).isBefore(4, 4) ? undefined : version;
  } catch {
    return undefined;
  }
}

function defaultPaths(): string[] {
  const found = usualPaths.filter((path) => existsSync(path));
  return found.length > 0 ? found : ['.'];
}

function refuseUnknown({ project }: Checked, named: ReadonlySet<string>): void {
  const [unknown] = project.unknown.filter(({ path }) => named.has(path));
  if (unknown === undefined) return;
  throw new Failure(`${unknown.path} is nothing that can be checked`, {
    exit: 2,
    fix: 'name Quadlet units, Kubernetes YAML, seccomp JSON, .cil policy or Containerfiles',
  });
}

/** A fault of the checks themselves is not one of the files. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    report(error);
    process.exit(3);
  }
}
