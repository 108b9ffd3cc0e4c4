#!/usr/bin/env bash
# Copies a whole Gen 2 instance to another one through object storage, as the well-known scripts do: job,
# waiting, listing of the bucket, job, waiting.
# Needs SOURCE, TARGET (base addresses), SOURCE_LOGIN, TARGET_LOGIN, STORE (the bucket's address),
# STORE_USER, STORE_PASSWORD.
set -u
fail() { echo "FAILED: $*"; exit 1; }
place="\"storageInfo\":{\"storageUrl\":\"$STORE\",\"storageUser\":\"$STORE_USER\",\"storagePassword\":\"$STORE_PASSWORD\"}"
await() { # URL LOGIN
    for _ in $(seq 1 300); do
        curl -s -X GET -u "$2" "$1" -o status.json
        case $(jq -r .overallStatus status.json) in
            COMPLETED) return ;;
            FAILED) fail "the job failed: $(cat status.json)" ;;
        esac
        sleep 0.1
    done
    fail "the job does not end: $(cat status.json)"
}
job=$(curl -s -H 'Content-Type: application/json' -X POST -d "{$place}" -u "$SOURCE_LOGIN" "$SOURCE/ic/api/common/v1/exportServiceInstanceArchive" | jq -r .jobId)
[ "$job" != null ] || fail 'no export job'
again=$(curl -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' -X POST -d "{$place}" -u "$SOURCE_LOGIN" "$SOURCE/ic/api/common/v1/exportServiceInstanceArchive")
[ "$again" = 409 ] || fail "a second job at the same time answered $again"
await "$SOURCE/ic/api/common/v1/exportServiceInstanceArchive/$job" "$SOURCE_LOGIN"
archive=$(jq -r .archiveName status.json)
jq -e '.components | length > 0' status.json >/dev/null || fail 'no components'
curl -s -u "$STORE_USER:$STORE_PASSWORD" "$STORE" | jq -e ".[] | select(.name==\"$archive\") | .bytes > 0" >/dev/null || fail "the bucket does not hold $archive"
job=$(curl -s -H 'Content-Type: application/json' -X POST -d "{\"archiveFile\":\"$archive\",\"importActivateMode\":\"ImportOnly\",$place}" -u "$TARGET_LOGIN" "$TARGET/ic/api/common/v1/importServiceInstanceArchive" | jq -r .jobId)
[ "$job" != null ] || fail 'no import job'
await "$TARGET/ic/api/common/v1/importServiceInstanceArchive/$job" "$TARGET_LOGIN"
here=$(curl -s -u "$SOURCE_LOGIN" "$SOURCE/ic/api/integration/v1/integrations" | jq .totalResults)
there=$(curl -s -u "$TARGET_LOGIN" "$TARGET/ic/api/integration/v1/integrations" | jq .totalResults)
[ "$here" = "$there" ] || fail "$here integrations became $there"
echo "cloned $there"
