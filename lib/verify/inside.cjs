// Runs in a container, handed to `node -` by verify: tries what must not work and prints what happened, as JSON.
// Plain CommonJS: it is read from standard input, where nothing else of ours can be imported.
const fs = require('node:fs');
const net = require('node:net');
const dns = require('node:dns');
const { spawnSync } = require('node:child_process');

const asked = JSON.parse(process.argv[2]);
/** Milliseconds: who answers at all answers before, also on a busy machine. */
const patience = 4000;

main().then((seen) => process.stdout.write(JSON.stringify(seen)));

async function main() {
  return {
    self: identity('self'),
    first: identity('1'),
    ...(await lasting()),
    mounts: read('/proc/self/mountinfo'),
    writes: outcomes(asked.folders, write),
    executions: outcomes(asked.scratch, execute),
    devices: devices('/dev'),
    masked: outcomes(asked.masked, content),
    kernelFiles: outcomes(asked.kernelFiles, openForWriting),
    sockets: asked.sockets.filter((path) => fs.existsSync(path)),
    secrets: secrets(),
    routes: routes(),
    connections: await outcomesOf(asked.connections, connect),
    names: await nameServer(),
    binds: await outcomesOf(asked.binds, bind),
    addresses: listening(),
  };
}

/** Status, label and limits of one process, as the kernel tells them. */
function identity(pid) {
  const status = read(`/proc/${pid}/status`);
  const field = (name) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1]?.trim();
  return {
    name: field('Name'),
    uid: field('Uid'),
    gid: field('Gid'),
    groups: field('Groups'),
    capabilities: ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map(field).join(' '),
    noNewPrivileges: field('NoNewPrivs'),
    seccomp: field('Seccomp'),
    label: read(`/proc/${pid}/attr/current`).replaceAll('\0', '').trim(),
    cgroup: read(`/proc/${pid}/cgroup`).trim(),
  };
}

/**
 * Processes that are there twice: one that comes and goes, a health probe, may be seen before it is confined. Hidden are
 * those that stay and may not be looked at; on a slow machine it takes seconds until a probe is confined.
 */
async function lasting() {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 500));
  const before = new Set(pids());
  await pause();
  const seen = pids()
    .filter((pid) => before.has(pid))
    .map((pid) => ({ pid: Number(pid), ...identity(pid) }));
  let hidden = seen.filter(({ name }) => !name).map(({ pid }) => pid);
  for (let look = 0; look < 20 && hidden.length > 0; look++) {
    await pause();
    const there = new Set(pids().map(Number));
    hidden = hidden.filter((pid) => there.has(pid) && !identity(pid).name);
  }
  return { processes: seen.filter(({ name }) => name), hidden };
}

function pids() {
  return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function write(folder) {
  const file = `${folder}/.ai-semble-verify`;
  fs.writeFileSync(file, 'x');
  fs.rmSync(file);
}

function execute(folder) {
  const file = `${folder}/.ai-semble-verify.sh`;
  try {
    fs.writeFileSync(file, '#!/bin/sh\nexit 7\n', { mode: 0o755 });
  } catch (error) {
    return `cannot be written: ${error.code}`;
  }
  try {
    const { error, status } = spawnSync(file);
    if (error) throw error;
    return `ran, exit ${status}`;
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** Every device node below a folder: its path and numbers. A folder's own list tells of what is beneath a mount. */
function devices(folder) {
  return fs.readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    const status = fs.lstatSync(path);
    if (status.isDirectory()) return attempt(() => devices(path), [`unread ? ${path}`]);
    if (!status.isCharacterDevice() && !status.isBlockDevice()) return [];
    const numbers = `${(status.rdev >> 8) & 0xfff}:${status.rdev & 0xff}`;
    return [`${status.isBlockDevice() ? 'block' : 'char'} ${numbers} ${path}`];
  });
}

/** How much there is to read: bytes of a file, entries of a folder. */
function content(path) {
  if (fs.statSync(path).isDirectory()) return `${fs.readdirSync(path).length} entries`;
  const descriptor = fs.openSync(path, 'r');
  try {
    return `${fs.readSync(descriptor, Buffer.alloc(64))} bytes`;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Opening alone changes nothing. */
function openForWriting(path) {
  fs.closeSync(fs.openSync(path, fs.constants.O_WRONLY));
}

function secrets() {
  const found = attempt(() => fs.readdirSync('/run/secrets'), []);
  const values = found.map((name) => read(`/run/secrets/${name}/value`).trim()).filter(Boolean);
  const environments = pids().map((pid) => read(`/proc/${pid}/environ`));
  return {
    found,
    inEnvironment: values.some((value) => environments.some((text) => text.includes(value))),
    environments,
    unread: found.filter((name) => read(`/run/secrets/${name}/value`) === ''),
    // Every image sets PATH at least.
    environmentRead: read('/proc/1/environ') !== '',
  };
}

/** Ways out, by any gateway or by default; IPv6's unreachable one, on the loopback device, is the kernel's own. */
function routes() {
  const ipv4 = read('/proc/net/route');
  if (!ipv4.startsWith('Iface')) return ['unknown: /proc/net/route cannot be read'];
  const none = '00000000';
  const rows = ipv4
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => row.length > 7);
  const out = rows.filter((row) => row[1] === none || row[2] !== none).map((row) => `a route via ${row[0]}`);
  const rows6 = read('/proc/net/ipv6_route')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const out6 = rows6.filter((row) => row.length > 9 && row[9] !== 'lo' && !/^0+$/.test(row[4]));
  const default6 = rows6.filter(
    (row) => row.length > 9 && row[9] !== 'lo' && row[1] === '00' && /^0+$/.test(row[0]),
  );
  return [...out, ...[...out6, ...default6].map((row) => `an IPv6 route via ${row[9]}`)];
}

function connect({ host, port }) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (outcome) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(patience, () => end('no answer'));
    socket.once('connect', () => end('connected'));
    socket.once('error', (error) => end(error.code));
  });
}

function nameServer() {
  const resolver = new dns.Resolver({ timeout: patience, tries: 2 });
  return new Promise((resolve) => {
    resolver.resolve4('example.com', (error) => resolve(error?.code ?? 'answered'));
  });
}

function bind({ host, port }) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error) => resolve(error.code));
    server.listen(port, host, () => server.close(() => resolve('bound')));
  });
}

/** Local TCP ports that something of this network namespace listens on. */
function listening() {
  const rows = `${read('/proc/net/tcp')}\n${read('/proc/net/tcp6')}`.split('\n');
  const ports = rows.map((line) => line.trim().split(/\s+/)).filter((row) => row[3] === '0A');
  return [...new Set(ports.map((row) => Number.parseInt(row[1].split(':')[1], 16)))].sort((a, b) => a - b);
}

/** What became of each: 'ok', what the attempt returned, or the error's code. */
function outcomes(subjects, act) {
  return Object.fromEntries(subjects.map((subject) => [subject, outcome(() => act(subject))]));
}

async function outcomesOf(subjects, act) {
  const entries = subjects.map(async (subject) => [subject.name, await act(subject)]);
  return Object.fromEntries(await Promise.all(entries));
}

function outcome(act) {
  try {
    return act() ?? 'ok';
  } catch (error) {
    return error.code ?? error.message;
  }
}

function attempt(act, otherwise) {
  try {
    return act();
  } catch {
    return otherwise;
  }
}

function read(path) {
  return attempt(() => fs.readFileSync(path, 'utf8'), '');
}
