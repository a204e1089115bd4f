export type Values = Readonly<Record<string, readonly string[]>>;

/** Hard on quoting, spelling and emptiness alike; for keys that the generator only hands on. */
export const anyValue: readonly string[] = [
  ...[
    '',
    '""',
    '"',
    "'a b'",
    'a b',
    'a=b',
    '"a=b c" d=e',
    'a\\q',
    'a\\x41',
    '\\',
    '"" b',
    '1',
    'true',
    'ture',
  ],
  ...[
    '%h/x',
    '/abs',
    './rel',
    'x.volume',
    'localhost/a',
    'keep-id',
    '10',
    '-1',
    '1G',
    '\u00e9',
    ' x ',
    'a;b',
    '#c',
  ],
];

export const booleans = ['true', 'yes', '1', 'on', 'TRUE', 'false', 'ture', '', '"yes"', 'y', 'healthy'];
export const ports = ['', '80', '80:80', '127.0.0.1:80:80', '[::1]:80:80/udp', 'a:b:c:d', '80/sctp', 'x'];
export const units = [
  'x.container',
  'x.pod',
  'missing.pod',
  'x.volume missing.volume',
  'x.service',
  '"x.network"',
  '"',
];
export const networks = [
  ...['', 'host', 'none', 'x.network', 'x.network:ip=10.0.0.1', 'missing.network', 'missing.network:a'],
  ...['"x.network"', 'x.container', 'x.container:a', 'named.container', 'percent.container', 'a b.network'],
  ...['service.container', 'x@.container', 'missing.container', 'x@1.container', 'x.pod', 'container:own'],
  ...['x.network:', '.network', 'missing.network \\', 'missing.container:a'],
];
export const volumes = [
  ...['', '/a:/b', '/a:/b:ro', '/b', ':/b', 'x.volume:/b', 'x.volume:/b:ro,Z', 'x.volume', 'missing.volume'],
  ...['a:/b', 'missing.volume:/b', './x.volume:/b', '../a:/b', '.volume:/b', '%h/x.volume:/b', 'a:b:c:d'],
  ...['~/x.volume:/b', 'x.image:/b', 'missing.image:/b', 'x.artifact:/b', 'missing.artifact:/b'],
  ...['x@.volume:/b', 'x@1.volume:/b', '"x.volume":/b', '"missing.volume:/b"'],
];
export const remaps: Values = {
  UserNS: [
    '',
    'keep-id',
    'auto:size=10',
    '""',
    'host\nRemapUsers=',
    'host\nRemapUid=',
    'host\nRemapUidSize=3',
  ],
  UIDMap: ['', '0:1:1', '"', '0:1:1\nRemapGid=1'],
  GIDMap: ['', '0:1:1', '"a', '0:1:1\nRemapUsers=auto'],
  SubUIDMap: ['', 'a', 'a\nRemapUid=1'],
  SubGIDMap: ['', 'a', 'a\nRemapUsers=manual'],
  RemapUsers: [
    ...['', 'auto', 'manual', 'keep-id', '"auto"', 'Auto', 'host', 'auto \\', 'keep-id\nRemapUid=1'],
    ...['manual\nRemapGid=1:2:3', 'keep-id\nRemapUid=1 2', 'keep-id\nRemapGid=1\nRemapGid=2'],
    ...['keep-id\nRemapUid=1\nRemapUid=\nRemapUid=2', 'auto\nRemapUid=1 2'],
  ],
  RemapUid: ['', '1', '"', '1 2'],
  RemapGid: ['', '1', "'a", '1\nRemapGid='],
  RemapUidSize: ['', '10', 'x'],
};
