const secretEnds =
  /(?:^|_)(?:(?:pg|db|my|root|user|admin)?(?:password|passwd|pass|pwd)|passphrase|secret|token|credentials?|apikey|(?:api|private|access|secret|encryption|signing|master|auth)_?key)$/;

/** Marks in a vocabulary, not tokens that let somebody in. */
const vocabulary = /(?:^|_)(?:pad|bos|eos|unk|mask|sep|cls|stop|start|end|special)_token$/;

/**
 * Whether a variable, a key or a build argument of that name would hold a secret: `DB_PASSWORD`, `apiKey`,
 * `hf-token`. What ends in _FILE, _PATH or _NAME only says where it is; MAX_TOKENS counts.
 */
export function isSecretName(name: string): boolean {
  if (name.length > 200) return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[-.\s]+/g, '_')
    .toLowerCase();
  return secretEnds.test(words) && !vocabulary.test(words);
}
