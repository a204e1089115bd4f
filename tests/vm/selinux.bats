#!/usr/bin/env bats
# What SELinux denies the services, each with the same act allowed once that one rule is out of the way.

load machine

setup_file() {
  needs 350
  export DEPLOYED=$BATS_FILE_TMPDIR/make-up
  deployed
}

BASE=localhost/ai-semble/base:latest

# type_of SERVICE
type_of() { echo "ai_semble_${1//-/_}_t"; }

# inside SERVICE CODE [ARGUMENT…]: JavaScript in the service's container, as confined as the service itself.
inside() {
  local service=$1
  shift
  machine "podman exec ai-semble-$service node -e '$1' ${*:2}"
}

# as_type TYPE OPTIONS COMMAND: another container with a service's label, or with another (`container_t`), at the
# pod's level and with the services' users: nothing but the type can tell them apart.
as_type() {
  local files=container_file_t
  [[ $1 == ai_semble_* ]] && files=${1%_t}_file_t
  machine "podman run --rm --pull never --network none --cap-drop all --security-opt no-new-privileges \
    --security-opt label=level:$LEVEL --security-opt label=type:$1 --security-opt label=filetype:$files $2 $BASE $3"
}

CONNECT='require("net").connect(+process.argv[1], "127.0.0.1").on("connect", function () { console.log("connected"); this.destroy() }).on("error", (e) => console.log(e.code))'
BIND='require("net").createServer().on("error", (e) => console.log(e.code)).listen(+process.argv[1], "127.0.0.1", function () { console.log("bound"); this.close() })'

# avcs PATTERN: how many records of denials there are like it.
avcs() { denied | grep -cE "$1" || true; }

@test "every service runs as its own type, at the pod's level, and none is permissive" {
  for service in $SERVICES; do
    pid=$(machine "podman inspect --format '{{.State.Pid}}' ai-semble-$service")
    is "system_u:system_r:$(type_of "$service"):$LEVEL" "$(as_root "tr -d '\\0' </proc/$pid/attr/current")"
    # What is typed into it later is confined like it.
    is "system_u:system_r:$(type_of "$service"):$LEVEL" \
      "$(inside "$service" 'console.log(require("fs").readFileSync("/proc/self/attr/current", "utf8").replace("\0", ""))')"
  done
  is Enforcing "$(as_root getenforce)"
  is '' "$(as_root 'semanage permissive --list --noheading' | grep ai_semble || true)"
}

# labels SERVICE PATH…: of paths in its container, seen from outside: its own profile denies it to ask for labels.
labels() {
  local paths=("${@:2}") pid
  pid=$(machine "podman inspect --format '{{.State.Pid}}' ai-semble-$1")
  as_root "stat --dereference --format=%C ${paths[*]/#//proc/$pid/root}" | sort -u
}

@test "what a service owns carries its own type: root, scratch, secret, volume" {
  is "system_u:object_r:ai_semble_data_processor_file_t:$LEVEL" "$(labels data-processor / /tmp /data /run/secrets/postgres-password/value)"
  is "system_u:object_r:ai_semble_postgres_file_t:$LEVEL" "$(labels postgres / /var/lib/postgresql /run/secrets/postgres-password/value)"
  is "system_u:object_r:ai_semble_models_file_t:$LEVEL" "$(labels llm /models)"
}

@test "models cannot be written by a service, not even from a writable mount; make models can" {
  write='sh -c "touch /models/.probe && rm /models/.probe && echo written"'
  for service in llm vision nlp; do
    run as_type "$(type_of $service)" '--user 10001:10001 --volume ai-semble-models:/models' "$write"
    [[ $output == *'Permission denied'* ]]
  done
  run as_type ai_semble_models_t '--user 10001:10001 --volume ai-semble-models:/models' "$write"
  is written "$output"
  [ "$(avcs 'ai_semble_llm_t.*ai_semble_models_file_t.*tclass=dir')" -ge 1 ]
}

@test "a service cannot read another's volume that is mounted into it; its owner can" {
  for service in orchestrator llm vision nlp postgres; do
    run as_type "$(type_of $service)" '--user 10001:10001 --volume ai-semble-data:/data' 'ls /data'
    [[ $output == *'Permission denied'* ]]
  done
  run as_type ai_semble_data_processor_t '--user 10001:10001 --volume ai-semble-data:/data' 'ls /data'
  is 0 "$status"
  run as_type ai_semble_data_processor_t '--user 70:70 --volume ai-semble-postgres:/db' 'ls /db'
  [[ $output == *'Permission denied'* ]]
  run as_type ai_semble_postgres_t '--user 70:70 --volume ai-semble-postgres:/db' 'ls /db'
  is 0 "$status"
}

@test "a service cannot read another's secret or program; it reads the pod's hosts file, whoever started last" {
  # As podman labels a secret: with the container's own label.
  machine 'mkdir -p probe && echo secret >probe/value && chmod 755 probe && chcon -t ai_semble_orchestrator_file_t -l s0:c88,c808 probe/value && chcon -t container_file_t probe'
  run as_type ai_semble_nlp_t '--volume /home/user/probe:/probe:ro' 'cat /probe/value'
  [[ $output == *'Permission denied'* ]]
  is secret "$(as_type ai_semble_orchestrator_t '--volume /home/user/probe:/probe:ro' 'cat /probe/value')"
  machine 'rm -r probe'
  for service in $SERVICES; do
    machine "podman exec ai-semble-$service grep -q localhost /etc/hosts"
  done
}

@test "each service connects to what it asks, and to nothing else in the pod" {
  is EACCES "$(inside nlp "$CONNECT" 5432)"
  is EACCES "$(inside vision "$CONNECT" 9081)"
  is EACCES "$(inside orchestrator "$CONNECT" 5432)"
  is EACCES "$(inside postgres "$CONNECT" 8080)"
  is EACCES "$(inside data-processor "$CONNECT" 8083)"
  is connected "$(inside data-processor "$CONNECT" 5432)"
  is connected "$(inside orchestrator "$CONNECT" 9081)"
  is connected "$(inside vision "$CONNECT" 8084)"
  # The control: the same pod, the same port, another type.
  is connected "$(machine "podman run --rm --pull never --pod ai-semble --security-opt label=level:$LEVEL --security-opt label=type:container_t $BASE node -e '$CONNECT' 5432")"
  [ "$(avcs 'name_connect.*ai_semble_nlp_t.*postgresql_port_t')" -ge 1 ]
}

@test "no port that the kernel picks in the pod has a name in the policy: the gateway reaches each model's server" {
  read -r from to <<<"$(machine 'podman exec ai-semble-llm cat /proc/sys/net/ipv4/ip_local_port_range')"
  is '52000 59999' "$from $to"
  # Lines of `type protocol port, port-port, …`.
  named=$(as_root 'semanage port --list --noheading' | awk '$2 == "tcp" && $1 !~ /^(unreserved|ephemeral)_port_t$/ {
    for (i = 3; i <= NF; i++) { split($i, ends, /[-,]/); print $1, ends[1], ends[2] ? ends[2] : ends[1] } }')
  [ "$(awk '$2 > 32767 && $2 < 61000' <<<"$named" | wc -l)" -gt 5 ]
  is '' "$(awk -v from="$from" -v to="$to" '$3 >= from && $2 <= to' <<<"$named")"
}

@test "each service listens where it should, and nowhere else" {
  is EACCES "$(inside nlp "$BIND" 9999)"
  is EACCES "$(inside orchestrator "$BIND" 8085)"
  is EADDRINUSE "$(inside nlp "$BIND" 8083)"
  is bound "$(machine "podman run --rm --pull never --pod ai-semble --security-opt label=level:$LEVEL --security-opt label=type:container_t $BASE node -e '$BIND' 9999")"
  [ "$(avcs 'name_bind.*ai_semble_nlp_t')" -ge 1 ]
}

@test "no raw device, and no socket of podman's" {
  # One that anybody may open: only the type is between.
  open='bash -c "exec 3<>/dev/net/tun && echo opened"'
  run as_type ai_semble_llm_t '--device /dev/net/tun' "$open"
  [[ $output == *'Permission denied'* ]]
  is opened "$(machine "podman run --rm --pull never --network none --security-opt label=disable --device /dev/net/tun $BASE $open")"
  # As root in the container, who is the user outside: only SELinux is between.
  socket='--user 0:0 --volume /run/user/1000/podman/podman.sock:/podman.sock'
  ask='node -e '\''require("net").connect("/podman.sock").on("connect", () => { console.log("connected"); process.exit() }).on("error", (e) => console.log(e.code))'\'
  run as_type ai_semble_llm_t "$socket" "$ask"
  is EACCES "$output"
  is connected "$(machine "podman run --rm --pull never --network none --security-opt label=disable $socket $BASE $ask")"
}

@test "containers of any kind write to their logs, for a user with the usual range of categories" {
  is unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023 "$(machine id -Z)"
  is arrived "$(machine podman run --rm --network none $BASE echo arrived)"
  for service in $SERVICES; do
    machine journalctl --user -u ai-semble-$service.service --output cat | grep -q .
  done
}
