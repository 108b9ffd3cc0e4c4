#!/usr/bin/env bash
# Exports one package of a Gen 2 instance: its members from the package itself, each with its connections.
# Takes the fifth line of what is told of a connection, as scripts do that were written against the real
# service.
# Needs BASE, LOGIN, PACKAGE, OUT.
set -u
API=/ic/api/integration/v1
fail() { echo "FAILED: $*"; exit 1; }
get() { curl -s -o "$2" -u "$LOGIN" -H 'Content-Type:application/json' -X GET -w '%{http_code}' "$BASE$API/$1"; }

[ "$(get "packages/$PACKAGE" package.json)" = 200 ] || fail 'the package'
total=$(jq -r '.integrations|length' package.json)
[ "$total" -gt 0 ] || fail 'the package names no integrations'
for j in $(seq 0 $((total - 1))); do
    id=$(jq -r ".integrations[$j].id" package.json)
    code=$(jq -r ".integrations[$j].code" package.json)
    [ "$(get "integrations/$id" integration.json)" = 200 ] || fail "$id"
    jq -e 'has("status") and has("tracingEnabledFlag") and has("payloadTracingEnabledFlag")' integration.json >/dev/null || fail "$id lacks flags"
    for connection in $(jq -r '.dependencies.connections[].id' integration.json); do
        [ "$(get "connections/$connection" connection.json)" = 200 ] || fail "connection $connection of $id"
        sed -i -n '5p' connection.json
        jq -e '.connectionProperties, .securityPolicy' connection.json >/dev/null || fail "connection $connection is not on the fifth line"
    done
    [ "$(get "integrations/$id/archive" "$OUT/$code.iar")" = 200 ] || fail "archive of $id"
done
echo "exported $total"
