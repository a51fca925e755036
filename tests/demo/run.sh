#!/usr/bin/env bash
# Thirty days of a chain of hypermarkets and today so far: simulated, landed, served, and going on in real time until
# ctrl-c. With DEMO_ONCE=1 it ends once everything is told.
set -euo pipefail
vigie=$1
export VIGIE_LOG=${VIGIE_LOG:-warn}
unset VIGIE_QUERIES
cache=$HOME/.cache/vigie
mkdir -p "$cache"
home=$(mktemp -d "$cache/demo.XXXXXX")
days=$home/days
lake=$home/lake
server=
push=

end() {
    trap '' INT TERM
    for task in $push $server; do
        kill "$task" 2>/dev/null || true
        wait "$task" 2>/dev/null || true
    done
    rm -rf "$home"
}
trap end EXIT
trap 'exit 0' INT TERM

echo "Simulating thirty days of a chain of hypermarkets, and today so far"
"$vigie" simulate hypermarket --days 30 --until now --out "$days"

echo
echo "Landing them, provider by provider"
files=("$days"/*.ndjson)
last=${files[${#files[@]} - 1]}
for file in "${files[@]}"; do
    # The legs of a day are computed once, after the last provider.
    fold=--no-fold
    if [ "$file" = "$last" ]; then fold=; fi
    provider=$(basename "$file" .ndjson)
    "$vigie" ingest $fold --lake "$lake" --network "$days/network.yaml" --provider "$provider" "$file"
    rm "$file"
done

echo
"$vigie" --quiet contract file --lake "$lake" "$days"/contract*.yaml
echo
"$vigie" --quiet scorecard --lake "$lake" --by site
echo
"$vigie" --quiet homogeneity --lake "$lake"
echo
"$vigie" --quiet contract evaluate --lake "$lake"

port=8080
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    # Taken: any free one.
    port=0
fi
mkfifo "$home/said"
"$vigie" --quiet serve --lake "$lake" --listen "127.0.0.1:$port" >"$home/said" &
server=$!
exec 3<"$home/said"
if ! read -r said <&3; then
    echo "the server did not start" >&2
    exit 1
fi
address=${said#listening on }
"$vigie" --quiet simulate hypermarket --after "$days" --push "$address" >/dev/null &
push=$!

cat <<TEXT

Served at $address, while contacts go on coming in. Try:
  curl '$address/v1/scorecards?by=site'
  curl '$address/v1/contracts'
  $vigie scorecard --lake $lake --by queue,site
  $vigie contacts --lake $lake --site tunis --outcome abandoned --limit 10
TEXT
if [ -n "${DEMO_ONCE:-}" ]; then
    exit 0
fi
echo "Ctrl-c ends it and removes its lake."
wait "$server"
