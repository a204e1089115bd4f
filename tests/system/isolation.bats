#!/usr/bin/env bats
# What a service cannot do, each beside the thing that it can.

load system

@test "the root filesystem of every service is read-only, its scratch folder is not" {
  for service in $SERVICES; do
    run podman exec "$POD-$service" sh -c 'echo x > /etc/written'
    [ "$status" -ne 0 ]
    [[ $output == *'Read-only file system'* ]] || { echo "$service: $output"; return 1; }
    podman exec "$POD-$service" sh -c 'echo x > /tmp/written && rm /tmp/written'
  done
}

@test "there is no way out of the pod" {
  try='import net from "node:net"; const s = net.connect(+process.argv[2], process.argv[1]);
    s.on("connect", () => { console.log("connected"); process.exit(0); }).on("error", (e) => { console.log(e.code); process.exit(0); })'
  # A container that may use the host's loopback reaches the gateway through slirp4netns' 10.0.2.2 …
  run podman run --rm --network slirp4netns:allow_host_loopback=true localhost/ai-semble/base \
    node --input-type=module -e "$try" 10.0.2.2 "${GATEWAY##*:}"
  is connected "${lines[-1]}"
  # … the same attempt from within the pod has no route, by IPv4 or IPv6.
  for service in $SERVICES; do
    is ENETUNREACH "$(podman exec "$POD-$service" node --input-type=module -e "$try" 10.0.2.2 "${GATEWAY##*:}")"
    is ENETUNREACH "$(podman exec "$POD-$service" node --input-type=module -e "$try" 2001:db8::1 80)"
  done
}

@test "no name server answers, not even that a name does not exist" {
  ask_name='import dns from "node:dns"; const resolver = new dns.Resolver({ timeout: 1000, tries: 1 });
    resolver.resolve4("example.com", (error) => console.log(error?.code ?? "answered"))'
  podman network create "$POD-named" >/dev/null
  run podman run --rm --network "$POD-named" localhost/ai-semble/base node --input-type=module -e "$ask_name"
  podman network rm --force "$POD-named" >/dev/null
  # Outside the pod a name server answers, be it with "no such name" …
  [[ ${lines[-1]} =~ ^(answered|ENOTFOUND|ESERVFAIL|EREFUSED)$ ]] || { echo "$output"; return 1; }
  # … within it none is there.
  for service in $SERVICES; do
    run exec_node "$service" "$ask_name"
    [[ $output =~ ^(ECONNREFUSED|ETIMEOUT)$ ]] || { echo "$service: $output"; return 1; }
  done
}

@test "no capability, no new privileges, a seccomp filter, no root inside" {
  for service in $SERVICES; do
    run podman exec "$POD-$service" cat /proc/1/status
    is 0000000000000000 "$(awk '/^CapEff/ {print $2}' <<<"$output")"
    is 0000000000000000 "$(awk '/^CapBnd/ {print $2}' <<<"$output")"
    is 1 "$(awk '/^NoNewPrivs/ {print $2}' <<<"$output")"
    is 2 "$(awk '/^Seccomp:/ {print $2}' <<<"$output")"
    [ "$(awk '/^Uid/ {print $2}' <<<"$output")" -ge 70 ]
  done
}

@test "on the host nothing of the pod runs as root" {
  for service in $SERVICES; do
    pid=$(podman inspect --format '{{.State.Pid}}' "$POD-$service")
    uid=$(awk '/^Uid/ {print $2}' "/proc/$pid/status")
    [ "$uid" -gt 100000 ] || { echo "$service runs as uid $uid"; return 1; }
  done
}

@test "only the gateway's port is published, on loopback" {
  run podman ps --all --filter "pod=$POD" --format '{{.Ports}}'
  is "127.0.0.1:${GATEWAY##*:}->8080/tcp" "$(tr ',' '\n' <<<"$output" | grep -o '[0-9.]*:[0-9]*->.*' | sort -u)"
}

@test "services cannot write models" {
  run podman exec "$POD-llm" sh -c 'echo x > /models/written'
  [ "$status" -ne 0 ]
  [[ $output == *'Read-only file system'* ]]
}

@test "the database asks for its password over TCP" {
  run podman exec -e PGPASSWORD=wrong "$POD-postgres" /usr/lib/postgresql/18/bin/psql -h 127.0.0.1 -U ai_semble ai_semble -c 'SELECT 1'
  [ "$status" -ne 0 ]
  [[ $output == *'password authentication failed'* ]]
  run podman exec "$POD-postgres" sh -c \
    'PGPASSWORD=$(cat /run/secrets/postgres-password/value) /usr/lib/postgresql/18/bin/psql -h 127.0.0.1 -U ai_semble ai_semble -tAc "SELECT 1"'
  is 1 "$output"
}

@test "every line that a service logs is JSON and names the service" {
  for service in $SERVICES; do
    podman logs "$POD-$service" >"$BATS_TEST_TMPDIR/log" 2>&1
    [ -s "$BATS_TEST_TMPDIR/log" ]
    is '' "$(grep -v "^{\"level\":\"[a-z]*\",\"time\":\"[^\"]*\",\"service\":\"$service\"" "$BATS_TEST_TMPDIR/log" | head -n 3)"
  done
}

@test "a shell opens as documented" {
  run podman exec -i "$POD-orchestrator" /bin/bash <<<'echo "I am $(id -u)"'
  is 'I am 10001' "$output"
}
