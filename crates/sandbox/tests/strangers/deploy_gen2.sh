#!/usr/bin/env bash
# Brings integrations into a Gen 2 instance and sets them going again: stops schedules, deactivates,
# replaces or adds, sets connection values, tests, activates with tracing, adds a lookup and a library.
# Needs BASE, LOGIN, ARCHIVES (a folder of CODE_VERSION.iar), LOOKUP (a CSV), LOOKUP_NAME, LIBRARY (a jar).
set -u
API=$BASE/ic/api/integration/v1
fail() { echo "FAILED: $*"; exit 1; }
code_of() { curl -s -o answer.json -u "$LOGIN" -w '%{http_code}' "$@"; }
among() { case " $2 " in *" $1 "*) ;; *) fail "$3 answered $1: $(head -c 300 answer.json 2>/dev/null)" ;; esac; }

count=0
for archive in "$ARCHIVES"/*.iar; do
    name=$(basename "$archive" .iar); version=${name##*_}; code=${name%_*}
    at=$(code_of -H 'Content-Type:application/json' -X GET "$API/integrations/$code|$version")
    method=POST
    if [ "$at" = 200 ]; then
        among "$(code_of -X POST "$API/integrations/$code|$version/schedule/stop")" '200 412' 'stopping the schedule'
        among "$(code_of -H 'Content-Type:application/json' -H 'X-HTTP-Method-Override:PATCH' -X POST --data '{"status":"CONFIGURED"}' "$API/integrations/$code|$version")" '200 412' 'deactivating'
        method=PUT
    else
        among "$at" 404 'looking for the integration'
        [ "$(jq -r .status answer.json)" = 'HTTP 404 Not Found' ] || fail 'the error has no status in words'
    fi
    among "$(code_of -X $method -F "file=@$archive" "$API/integrations/archive")" '200 204' 'the archive'
    for connection in $(curl -s -u "$LOGIN" "$API/integrations/$code%7c$version" | jq -r '.dependencies.connections[].id'); do
        # All that has no value gets one, in the long form and with members that do not count.
        curl -s -u "$LOGIN" "$API/connections/$connection" | jq '{
            connectionProperties: [.connectionProperties[]? | .propertyValue //= "https://systems.example.com/api"],
            securityProperties: [.securityProperties[]? | .propertyValue //= "value"],
            securityPolicy: .securityPolicy, status: .status} | del(.[] | nulls)' > values.json
        among "$(code_of -H 'Content-Type:application/json' -H 'X-HTTP-Method-Override:PATCH' -X POST -d @values.json "$API/connections/$connection")" 200 "values of $connection"
        among "$(code_of -H 'Content-Type:application/json' -X POST "$API/connections/$connection/test")" 200 "testing $connection"
    done
    among "$(code_of -H 'Content-Type:application/json' -H 'X-HTTP-Method-Override:PATCH' -X POST --data '{"status":"ACTIVATED", "tracingEnabledFlag":true,"payloadTracingEnabledFlag":false}' "$API/integrations/$code|$version")" 200 'activating'
    count=$((count + 1))
done
for method in POST PUT; do
    at=$(code_of -X GET "$API/lookups/$LOOKUP_NAME")
    [ $method = POST ] && among "$at" 404 'looking for the lookup'
    [ $method = PUT ] && among "$at" 200 'looking for the lookup again'
    among "$(code_of -X $method -F "file=@$LOOKUP" "$API/lookups/archive")" '200 204' 'the lookup'
done
among "$(code_of -X POST -F "file=@$LIBRARY" -F code=STRANGER -F 'description=of somebody else' -F code=STRANGER -F name=Stranger -F type=API -F version=01.00.0000 "$API/libraries/archive")" '200 204' 'the library'
# Activation by the clumsy habit: two data parameters, which curl joins with `&`.
first=$(basename "$(ls "$ARCHIVES"/*.iar | head -1)" .iar)
id="${first%_*}%7C${first##*_}"
among "$(code_of -H 'Content-Type: application/json' -H 'X-HTTP-Method-Override: PATCH' -d '{"status":"CONFIGURED"}' -d 'enableAsyncActivationMode=true' "$API/integrations/$id")" 200 'deactivating without waiting'
for _ in $(seq 1 100); do
    curl -s -u "$LOGIN" "$API/integrations/$id/activationStatus" -o answer.json
    [ "$(jq -r .activationStatus answer.json)" = CONFIGURED ] && break
    sleep 0.1
done
[ "$(jq -r .activationStatus answer.json)" = CONFIGURED ] || fail 'the deactivation does not end'
echo "deployed $count"
