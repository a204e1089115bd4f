import type { Platform } from './platform.ts';
import { refused, syscallGroups } from './seccomp-groups.ts';
import {
  allowedNames,
  type Call,
  deniedErrno,
  groupsOf,
  profileOf,
  renderProfile,
} from './seccomp-profile.ts';
import recording from './seccomp-recorded.json' with { type: 'json' };

export const profilesFolder = 'security/seccomp';
export const recordingFile = 'lib/seccomp-recorded.json';

/** Service → what it was seen to call, by `make seccomp-record`. */
export const recorded: Readonly<Record<string, readonly Call[]>> = recording;

/** Path in the repository → text of each service's profile, and of the note beside them. */
export function renderProfiles({ services }: Platform): Map<string, string> {
  const names = services.map(({ name }) => name);
  const profiles = names.map((name) => [
    `${profilesFolder}/${name}.json`,
    renderProfile(profileOf(name, recorded[name] ?? [])),
  ]);
  return new Map([...profiles, [`${profilesFolder}/README.md`, note(names)]] as Array<[string, string]>);
}

/** How many calls each service may make. */
export function countsTable(services: readonly string[]): string {
  const rows = services.map((name) => {
    const calls = recorded[name] ?? [];
    const seen = new Set(calls.map((call) => call.split(' ')[0]));
    return `| ${name} | ${allowedNames(profileOf(name, calls)).length} | ${seen.size} |`;
  });
  return ['| service | allowed | seen |', '| --- | --- | --- |', ...rows].join('\n');
}

function note(services: readonly string[]): string {
  const owners = (id: string) => {
    const having = services.filter((name) => groupsOf(name, recorded[name] ?? []).some((g) => g.id === id));
    return having.length === services.length ? 'every service' : having.join(', ');
  };
  const groups = syscallGroups
    .map(({ id, reason, names, when }) => {
      const limited = when ? ' (only some arguments)' : '';
      return `| ${id} | ${owners(id)} | ${names.map((name) => `\`${name}\``).join(' ')}${limited} | ${reason} |`;
    })
    .join('\n');
  const denied = Object.entries(refused)
    .map(([name, reason]) => `| \`${name}\` | ${reason} |`)
    .join('\n');
  return `<!-- Rendered from lib/seccomp-groups.ts and lib/seccomp-recorded.json by \`make manifests\`: change it there. -->
# Which system calls a service may make

One profile per service. What it does not list fails with errno ${deniedErrno} (ENOANO, "No anode"), which nothing else
answers; clone3 fails with ENOSYS.

${countsTable(services)}

| group | who | calls | why |
| --- | --- | --- | --- |
${groups}

Seen, and refused on purpose:

| call | why |
| --- | --- |
${denied}
`;
}
