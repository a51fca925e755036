#!/usr/bin/env bash
# Lands two weeks of a small brand and prints its scorecard.
set -euo pipefail
vigie=$1
here=$(cd "$(dirname "$0")" && pwd)
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python3 "$here/make_events.py" "$home/events.ndjson"
"$vigie" --quiet ingest --lake "$home/lake" --network "$here/network.yaml" "$home/events.ndjson"
echo
"$vigie" --quiet scorecard --lake "$home/lake" --from 2026-10-05 --to 2026-10-19 --by site
echo
"$vigie" --quiet scorecard --lake "$home/lake" --from 2026-10-05 --to 2026-10-19 --by queue,site
echo
cat <<TEXT
Keep a lake of your own and try:
  vigie ingest --lake my.lake --network network.yaml events.ndjson
  vigie scorecard --lake my.lake --from 2026-10-05 --to 2026-10-19 --by site --grain 1d
  vigie serve --lake my.lake        then http://127.0.0.1:8080/v1/scorecards?by=site
TEXT
