# Shared by every .bats file here. The integration test sets POD, GATEWAY, API_KEY, DEV_PORT, and puts the
# account's podman first in PATH.

# What the starter model says, whatever it is asked.
SENTENCE='Ai-semble is a private AI platform on your own Linux machine: every model runs rootless in one pod, and no prompt ever leaves it.'
SERVICES='orchestrator llm vision nlp data-processor postgres'

# ask [curl options] PATH: a request with the key; the body in $output, the HTTP status in $http.
ask() {
  local path=${!#} body
  body=$(mktemp -p "$BATS_TEST_TMPDIR")
  http=$(curl -s -o "$body" -w '%{http_code}' --max-time 120 -H "authorization: Bearer $API_KEY" "${@:1:$#-1}" "$GATEWAY$path")
  output=$(tr -d '\0' <"$body")
  echo "# $path -> $http $(head -c 400 <<<"$output")"
}

# chat JSON-FIELDS: a chat completion with the starter model and the fields given.
chat() {
  ask --json "{\"model\":\"starter\",\"messages\":[{\"role\":\"user\",\"content\":\"what is ai-semble?\"}]$1}" /v1/chat/completions
}

# body MODEL JSON-FIELDS: a request's body with a model and what else is given.
body() { printf '{"model":"%s"%s}' "$1" "$2"; }
hello=',"messages":[{"role":"user","content":"hello"}]'

# knows MODEL: whether it is listed.
knows() {
  ask /v1/models
  is "$1" "$(field "it.data.find((m) => m.id === '$1')?.id")"
}

# field EXPRESSION: of the JSON in $output, what a JavaScript expression of `it` gives.
field() {
  node -e 'const it = JSON.parse(require("fs").readFileSync(0, "utf8")); console.log(eval(process.argv[1]))' "$1" <<<"$output"
}

# enforced: skips where services are recorded under podman's default seccomp profile: calls tried would count as theirs.
enforced() {
  [ -z "$DEFAULT_SECCOMP" ] || skip "recorded under podman's default profile"
}

# is EXPECTED ACTUAL
is() {
  [ "$1" = "$2" ] || { printf 'expected: %s\n     got: %s\n' "$1" "$2"; return 1; }
}

# eventually SECONDS COMMAND…: until it succeeds; says what did not.
eventually() {
  local deadline=$((SECONDS + $1)) said=$BATS_TEST_TMPDIR/eventually
  shift
  until "$@" >"$said" 2>&1; do
    [ $SECONDS -lt $deadline ] || { echo "gave up: $*"; cat "$said"; return 1; }
    sleep 0.2
  done
}

all_ready() { curl -sf -o /dev/null "$GATEWAY/readyz"; }

# kill_hard SERVICE: SIGKILL to everything in a container, as a crash would; podman is not told.
kill_hard() {
  podman exec "$POD-$1" bash -c 'kill -9 -1' || true
}

# kill_process SERVICE PATTERN: SIGKILL to the process in a container whose command line matches; fails where none does.
kill_process() {
  podman exec "$POD-$1" bash -c 'for file in /proc/[0-9]*/cmdline; do
    id=${file//[^0-9]/}
    [ $id != $$ ] && [[ $(tr "\0" " " 2>/dev/null <$file) =~ $1 ]] && kill -9 $id && exit 0
  done 2>/dev/null; exit 1' bash "$2"
}

# exec_node SERVICE SCRIPT: runs JavaScript in a service's container.
exec_node() {
  podman exec "$POD-$1" node --input-type=module -e "$2"
}

# in_models SCRIPT: a shell in a container that may write to the test pod's models volume, as `make models` has one.
in_models() {
  podman run --rm --pull never --network none --volume "$POD-models:/models:Z" localhost/ai-semble/ai-services:latest sh -ec "$1"
}

# task TASK JSON: asks a task of the vision or the natural-language service.
task() {
  ask --json "$2" "/v1/tasks/$1"
}

# models VERB…: `make models` on the test pod's volume.
models() {
  local root=$BATS_TEST_DIRNAME/../..
  CI=1 "$root/node_modules/.bin/tsx" "$root/scripts/models.ts" --pod "$POD" "$@"
}

# generator_of RELEASE: an image with that Debian's podman, made where it is missing; its name in $image.
generator_of() {
  image=$(node --import tsx -e 'Promise.all([import("./lib/generator-image.ts"), import("./lib/podman.ts")])
    .then(([images, { requirePodman }]) => images.makeGenerator(requirePodman(), process.argv[1]))
    .then(console.log, (error) => { console.error(error.message); process.exitCode = error.exit })' "$1" 3>&-) ||
    { [ $? -eq 77 ] && skip "mmdebstrap is not installed, so Debian $1 cannot be had here"; }
}
