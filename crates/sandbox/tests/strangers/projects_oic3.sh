#!/usr/bin/env bash
# Carries a deployment from one instance of Oracle Integration 3 to another, as pipelines do: token, export
# by label, removal or replacement of an older copy, import, connection values, test, activation, waiting.
# Needs TOKEN_URL, CLIENT (id:secret), SCOPE, BASE, SOURCE, TARGET (instance names), TARGET_SCOPE,
# TARGET_CLIENT, PROJECT, LABEL.
set -u
fail() { echo "FAILED: $*"; exit 1; }
token() { curl -s -u "$1" -d grant_type=client_credentials --data-urlencode "scope=$2" "$TOKEN_URL" | jq -r .access_token; }
API=$BASE/ic/api/integration/v1
from=$(token "$CLIENT" "$SCOPE"); to=$(token "$TARGET_CLIENT" "$TARGET_SCOPE")
[ "$from" != null ] && [ "$to" != null ] || fail 'no token'
at() { curl -sS -o answer.json -w '%{http_code}' -H "Authorization: Bearer $to" "$@"; }
among() { case " $2 " in *" $1 "*) ;; *) fail "$3 answered $1: $(head -c 300 answer.json)" ;; esac; }

# A deployment of its own, from what is there.
members=$(curl -s -H "Authorization: Bearer $from" "$API/projects/$PROJECT/integrations?integrationInstance=$SOURCE" | jq '[.items[0:2][] | {code, version}]')
told=$(curl -s -w '%{http_code}' -o answer.json -H "Authorization: Bearer $from" -H 'Content-Type: application/json' \
    -d "{\"code\":\"$LABEL\",\"name\":\"$LABEL\",\"integrations\":$members}" "$API/projects/$PROJECT/deployments?integrationInstance=$SOURCE")
among "$told" 201 'the new deployment'
curl -s -H "Authorization: Bearer $from" "$API/projects/$PROJECT/deployments?integrationInstance=$SOURCE" | jq -e ".items[] | select(.code==\"$LABEL\")" >/dev/null || fail 'the deployment is not listed'
curl -sS -f -D headers -o deployment.car -H "Authorization: Bearer $from" -H 'Content-Type: application/json' \
    -d "{\"name\":\"$PROJECT\",\"code\":\"$PROJECT\",\"type\":\"DEVELOPED\",\"builtBy\":\"\",\"label\":\"$LABEL\"}" \
    "$API/projects/$PROJECT/archive?integrationInstance=$SOURCE" || fail 'the export'
grep -qi "^content-disposition:.*$PROJECT-$LABEL.car" headers || fail 'the export has no name'
unzip -tqq deployment.car || fail 'the export is no archive'

import() { at -X "$1" -F file=@deployment.car -F type=application/octet-stream "$API/projects/archive?integrationInstance=$TARGET"; }
told=$(import POST)
if [ "$told" = 409 ]; then
    jq -r .status answer.json | grep -q 409 || fail 'the conflict is not said in words'
    told=$(import PUT)
fi
among "$told" '200 201 202 204' 'the import'
among "$(import POST)" 409 'the same import again'

for id in $(curl -s -H "Authorization: Bearer $to" "$API/projects/$PROJECT/connections?integrationInstance=$TARGET" | jq -r '.items[].id'); do
    at "$API/projects/$PROJECT/connections/$id?integrationInstance=$TARGET" >/dev/null
    jq '{connectionProperties: [.connectionProperties[]? | {propertyGroup, propertyName, propertyType, propertyValue: (.propertyValue // "https://systems.example.com/api")}],
         securityProperties: [.securityProperties[]? | {propertyGroup, propertyName, propertyType, propertyValue: (if .propertyType == "PASSWORD" then "a-secret" else (.propertyValue // "value") end)}]}' answer.json > values.json
    among "$(at -X POST -H 'X-HTTP-Method-Override: PATCH' -H 'Content-Type: application/json' -d @values.json "$API/projects/$PROJECT/connections/$id?integrationInstance=$TARGET")" 200 "values of $id"
    grep -q a-secret answer.json && fail 'a secret came back'
    among "$(at -X POST "$API/projects/$PROJECT/connections/$id/test?integrationInstance=$TARGET")" 200 "testing $id"
    [ "$(jq -r .status answer.json)" = SUCCESS ] || fail "$id does not pass its test"
done
for id in $(curl -s -H "Authorization: Bearer $to" "$API/projects/$PROJECT/integrations?integrationInstance=$TARGET" | jq -r '.items[] | .code + "%7C" + .version'); do
    among "$(at -X POST -H 'X-HTTP-Method-Override: PATCH' -H 'Content-Type: application/json' -d '{"status":"ACTIVATED"}' "$API/projects/$PROJECT/integrations/$id?integrationInstance=$TARGET")" 200 "activating $id"
    for _ in $(seq 1 100); do
        at "$API/projects/$PROJECT/integrations/$id/activationStatus?integrationInstance=$TARGET" >/dev/null
        [ "$(jq -r .activationStatus answer.json)" = ACTIVATED ] && break
        sleep 0.1
    done
    [ "$(jq -r .activationStatus answer.json)" = ACTIVATED ] || fail "$id is not active: $(cat answer.json)"
done
among "$(at -X DELETE "$API/projects/$PROJECT?integrationInstance=$TARGET")" 412 'removing an active project'
for id in $(curl -s -H "Authorization: Bearer $to" "$API/projects/$PROJECT/integrations?integrationInstance=$TARGET" | jq -r '.items[] | .code + "%7C" + .version'); do
    among "$(at -X POST -H 'X-HTTP-Method-Override: PATCH' -H 'Content-Type: application/json' -d '{"status":"CONFIGURED"}' "$API/projects/$PROJECT/integrations/$id?integrationInstance=$TARGET")" 200 "deactivating $id"
    for _ in $(seq 1 100); do
        at "$API/projects/$PROJECT/integrations/$id/activationStatus?integrationInstance=$TARGET" >/dev/null
        [ "$(jq -r .activationStatus answer.json)" = CONFIGURED ] && break
        sleep 0.1
    done
done
among "$(at -X DELETE "$API/projects/$PROJECT?integrationInstance=$TARGET")" 200 'removing the project'
echo carried
