/** One line of /proc/PID/mountinfo, proc_pid_mountinfo(5). */
export interface Mount {
  path: string;
  options: readonly string[];
  type: string;
  superOptions: readonly string[];
}

export function parseMounts(text: string): Mount[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const [, , , , path = '', options = ''] = before.split(' ');
      const [type = '', , superOptions = ''] = after.split(' ');
      return {
        // Spaces and their like come as octal numbers.
        path: path.replaceAll(/\\(\d{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8))),
        options: options.split(','),
        type,
        superOptions: superOptions.split(','),
      };
    });
}
