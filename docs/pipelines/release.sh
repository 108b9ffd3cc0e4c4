#!/bin/sh
# Begins a release of one project and brings it on until it can be promoted: deployment, export, checks, Git.
# Needs: waybill, jq. Set: FROM, PROJECT, BUILD, GIT_TARGET, ROUTE (names of instances, one a line), and READ (the
# rules of warnings that your team has agreed to, with blanks between). Prints the number of the release.
set -eu
set -- release new --from "$FROM" --project "$PROJECT" --build "$BUILD" \
  --git "$GIT_TARGET" --message "${MESSAGE:-Build $BUILD}" --route
OLD_IFS=$IFS
IFS='
'
for stop in $ROUTE; do set -- "$@" "$stop"; done
IFS=$OLD_IFS
if [ -n "${READ:-}" ]; then
  set -- "$@" --acknowledge
  for rule in $READ; do set -- "$@" "$rule"; done
fi
status=0
lines=$(waybill --json "$@" </dev/null) || status=$?
release=$(printf '%s\n' "$lines" | jq -r 'select(.type == "release") | .summary.id' | tail -n 1)
if [ "$status" -eq 3 ]; then
  echo "Release $release waits for a person:" >&2
  printf '%s\n' "$lines" |
    jq -r 'select(.type == "release") | .findings[] | select(.severity != "note" and .readBy == null) | "  \(.rule): \(.text)"' >&2
fi
[ "$status" -eq 0 ] || exit "$status"
printf '%s\n' "$release"
