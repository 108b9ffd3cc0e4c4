#!/bin/sh
# Visual Builder Studio: the shell step of a build job on a virtual machine of your own, which keeps WAYBILL_HOME. The
# job has the parameters PROJECT, DESTINATION and APPROVED_BY; make one job a destination and join them in a pipeline
# with an approval between them.
set -eu
export WAYBILL_HOME="${WAYBILL_HOME:-$HOME/waybill}"
export FROM="Acme DEV" GIT_TARGET="Releases" BUILD="$BUILD_NUMBER" ROUTE="$DESTINATION"
RELEASE=$(docs/pipelines/release.sh)
export RELEASE TO="$DESTINATION" REPORT="$DESTINATION.html"
exec docs/pipelines/promote.sh
