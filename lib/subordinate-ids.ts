/** The first id after every range of the subuid(5) files given. */
export function firstFreeId(...files: readonly string[]): number {
  const ends = files
    .flatMap((text) => text.split('\n'))
    .map((line) => line.split(':'))
    .filter((fields) => fields.length === 3)
    .map(([, start, count]) => Number(start) + Number(count));
  return Math.max(524_288, ...ends);
}

/** Whether a subuid(5) file gives an account a range, by name or by number. */
export function hasRange(text: string, { name, uid }: { name: string; uid: number }): boolean {
  return text.split('\n').some((line) => line.startsWith(`${name}:`) || line.startsWith(`${uid}:`));
}
