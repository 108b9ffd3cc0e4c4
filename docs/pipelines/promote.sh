#!/bin/sh
# Promotes a release to one instance; takes it back where that does not end well. Ends with 0 only where all of it is
# there. Needs: waybill. Set: RELEASE, TO, APPROVED_BY (who pressed the button), READ (rules of warnings that your
# team has agreed to), REPORT (where the report goes, .html or .json).
set -eu
set -- release promote "$RELEASE" --to "$TO" --approved-by "$APPROVED_BY" --instance-name "$TO" \
  --yes --roll-back --output "$REPORT"
if [ -n "${READ:-}" ]; then
  set -- "$@" --acknowledge
  for rule in $READ; do set -- "$@" "$rule"; done
fi
exec waybill --json "$@" </dev/null
