#!/usr/bin/env bash
# Exports all integrations of an older generation and their connections, with the habits of scripts from
# the years of Integration Cloud Service: raw `|`, a slash at the end, what curl tells of the exchange
# searched for the reason phrase, JSON searched as text.
# Needs BASE, API (the path of the API), LOGIN (user:password), OUT (an empty folder).
set -u
fail() { echo "FAILED: $*"; exit 1; }
get() { curl -s -v -X GET -u "$LOGIN" -H 'Accept:application/json' "$BASE$API$1" -o "$2" 2>told; }

get integrations all.json || fail 'no answer to the list'
grep -q '200 OK' told || fail 'the list was refused'
total=$(jq '[.items[] | {code: .code, version: .version}] | length' all.json)
[ "$total" -gt 0 ] || fail 'nothing is listed'
done_ones=0
while read -r code version; do
    case $API in
        /icsapis/v1/) one="integrations/$code/$version" ; archive="$one/export" ;;
        /icsapis/v2/) one="integrations/$code|$version" ; archive="integrations/$code/versions/$version/archive" ;;
        *) one="integrations/$code|$version" ; archive="$one/archive" ;;
    esac
    get "$one/" one.json
    grep -q "\"code\":\"$code\"" one.json || fail "$code is not told as compact JSON"
    get "$archive" "$OUT/${code}_$version.iar"
    grep -q '200 OK' told || fail "$code is not handed out"
    unzip -tqq "$OUT/${code}_$version.iar" || fail "$code is no archive"
    if [ "$API" = /icsapis/v1/ ]; then
        jq '[.invokes | {id: .items[].code}] | unique_by(.id)' one.json > connections.json || fail "$code has no invokes"
    elif [ "$API" = /icsapis/v2/ ]; then
        # Where the second version tells connections was never found out.
        echo '[]' > connections.json
    else
        jq '[.dependencies.connections[] | {id: .id}]' one.json > connections.json || fail "$code has no connections"
    fi
    for id in $(jq -r '.[].id' connections.json); do
        get "connections/$id" connection.json
        if grep -q '200 OK' told; then
            jq 'del(.adapterType, .links, .name, .status, .percentageComplete, .connectionProperties[]?.acceptableKeys)' \
                connection.json > "$OUT/$id.json" || fail "$id is not data"
        else
            grep -q '404 Not Found' told || fail "$id is refused"
        fi
    done
    done_ones=$((done_ones + 1))
done < <(jq -r '.items[] | "\(.code) \(.version)"' all.json)
echo "exported $done_ones of $total"
