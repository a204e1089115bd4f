# Shared by every .bats file here. `make test-vm` puts machine-user and machine-root first in PATH: each runs a
# command line in the machine. Deadlines are those of a machine without virtualisation, 30 times slower.

# What the starter model says, whatever it is asked.
SENTENCE='Ai-semble is a private AI platform on your own Linux machine: every model runs rootless in one pod, and no prompt ever leaves it.'
SERVICES='orchestrator llm vision nlp data-processor postgres'
LEVEL=s0:c88,c808
# The layers that take cgroup v2, systemd or SELinux to prove.
MACHINE_LAYERS='memory-limit process-limit selinux-type selinux-level'

# machine COMMAND LINE: typed by the ordinary user who deployed Ai-semble.
machine() { timeout "${LIMIT:-300}" machine-user "$*" </dev/null; }

# machine_input COMMAND LINE: the same, which reads what is written to this function.
machine_input() { timeout "${LIMIT:-300}" machine-user "$*"; }

# as_root COMMAND LINE: typed by root.
as_root() { timeout "${LIMIT:-300}" machine-root "$*" </dev/null; }

# verify ARGUMENTS…: `make verify`, typed by the user.
verify() { machine "cd ai-semble && node --import tsx scripts/verify.ts $*"; }

# is EXPECTED ACTUAL
is() {
  [ "$1" = "$2" ] || { printf 'expected: %s\n     got: %s\n' "$1" "$2"; return 1; }
}

# needs SECONDS: skips a file where $UNTIL (seconds since 1970) is nearer. Where a slow machine may have to do without a
# file, it needs what the others after it take, too.
needs() {
  [ -z "${UNTIL:-}" ] || [ $(($(date +%s) + $1)) -le "$UNTIL" ] || skip "less than $1 s are left"
}

# eventually SECONDS COMMAND…: until it succeeds; says what did not.
eventually() {
  local deadline=$((SECONDS + $1)) said=$BATS_TEST_TMPDIR/eventually
  shift
  until "$@" >"$said" 2>&1; do
    [ $SECONDS -lt $deadline ] || { echo "gave up: $*"; cat "$said"; return 1; }
    command -v machine-user >/dev/null || { echo 'interrupted'; return 1; }
    sleep 2
  done
}

# copy_tree: the working tree's tracked files into the user's home, with the npm packages that lie ready there.
copy_tree() {
  local root=$BATS_TEST_DIRNAME/../..
  git -C "$root" ls-files -z | tar -c -C "$root" --null --ignore-failed-read -T - |
    machine_input 'rm -rf ai-semble && mkdir ai-semble && tar -x -C ai-semble'
  machine 'cp -al .cache/ai-semble-packages/node_modules ai-semble/ && touch ai-semble/node_modules/.package-lock.json'
}

# traces: what `make up` may leave behind on the machine, but for what `make remove` keeps on purpose, images, and the
# clone and caches of the one who types.
traces() {
  machine 'podman pod ls --format {{.Name}}; podman ps --all --external --format {{.Names}}
    podman volume ls --quiet; podman network ls --format {{.Name}}; podman secret ls --format {{.Name}}
    find . -path ./ai-semble -prune -o -path ./.cache -prune -o -path ./.npm -prune -o \
      -path ./.local/share/containers -prune -o -name .bash_history -o ! -type d -print | sort
    systemctl --user list-unit-files --state=enabled --no-legend; systemctl --user list-units --all --no-legend "ai-semble*"
    ls /var/lib/systemd/linger; ss -ltnH | tr -s " " | cut -d " " -f 4 | sort'
}

# deploy: `make up` as the user types it, with a slow machine's patience; what it says into the file $DEPLOYED.
deploy() {
  needs 700
  machine 'test -e .cache/before' || { traces | machine_input 'cat >.cache/before'; }
  copy_tree && LIMIT=3000 machine 'cd ai-semble && WAIT=1800 make up' >"$DEPLOYED" 2>&1 || { cat "$DEPLOYED"; return 1; }
}

# deployed: deploys where nothing is, so that each file can be run alone.
deployed() {
  DEPLOYED=$BATS_FILE_TMPDIR/make-up
  if machine systemctl --user is-active --quiet ai-semble.pod; then eventually 600 all_ready; else deploy; fi
}

all_ready() { machine 'curl -sf -o /dev/null --max-time 60 http://127.0.0.1:8080/readyz'; }

# as_root, and nobody logs in: the answer cannot come of a login's having started the pod.
serves() { as_root 'curl -sf -o /dev/null --max-time 60 http://127.0.0.1:8080/readyz'; }

# containers FORMAT: of each service's container, in the order of $SERVICES.
containers() { machine "podman inspect --format '$1' $(printf 'ai-semble-%s ' $SERVICES)"; }

# denials: what SELinux denied the user, the containers, or anybody else something of a container's.
denials() { denied | grep -E "$OURS" || true; }

# denials_of_others: what Debian's own services are denied by Debian's own policy.
denials_of_others() { denied | grep -vE "$OURS" || true; }

OURS='scontext=(unconfined_u|[^ ]*:(container|ai_semble)_)|tcontext=[^ ]*:(container_(file|ro_file|t)\b|ai_semble_)|:c88,c808'

denied() { as_root 'ausearch --input-logs --message avc || true' | grep '^type=AVC'; }
