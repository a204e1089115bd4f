export interface Version {
  readonly text: string;
  isBefore(major: number, minor: number): boolean;
}

/** `5.4.2`, `4.3.1-dev` … : only the first two numbers are compared. */
export function parseVersion(text: string): Version {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [undefined, '0', '0'];
  return {
    text: text.trim(),
    isBefore: (wantedMajor, wantedMinor) =>
      Number(major) < wantedMajor || (Number(major) === wantedMajor && Number(minor) < wantedMinor),
  };
}
