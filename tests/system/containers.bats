#!/usr/bin/env bats
# What people and their tools meet at the containers; what these cannot do is shown by verify.bats.

load system

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
