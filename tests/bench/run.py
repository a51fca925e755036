"""Benches against peers, in one run, as ratios. `make bench`; results belong in BENCHMARKS.md.

VIGIE_BENCH_EVENTS (default 5000000) is the size of the import, VIGIE_BENCH_CONTACTS (default 1100) the contacts a day of
the network that is asked for a scorecard of 30 days, quiet and under traffic; a retailer of 22,000 a day is simulated up to
now and asked quiet. The result cache is off because there is none. Loopback only; every loop is bounded.
"""

import datetime
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import duckdb
import events

HERE = pathlib.Path(__file__).parent
PERIOD = "from=2026-10-01&to=2026-10-31&zone=UTC"


def timed(command):
    """Wall seconds and peak resident MiB of a command."""
    before = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"failed: {' '.join(map(str, command))}")
    return time.monotonic() - before, usage.ru_maxrss / 1024


def peer(source, target):
    before = time.monotonic()
    connection = duckdb.connect()
    connection.sql(f"COPY (SELECT * FROM read_json('{source}', format='newline_delimited')) TO '{target}' (FORMAT parquet)")
    return time.monotonic() - before


def imports(vigie, home, count):
    source = home / "events.ndjson"
    written = events.write(source, count)
    size = source.stat().st_size / 1e6
    print(f"import: {written} events, {size:.0f} MB of NDJSON")
    rates = []
    for turn in range(3):
        lake = home / f"lake-{turn}"
        ours, memory = timed([vigie, "--quiet", "ingest", "--lake", lake, "--network", HERE / "network.yaml",
                              "--provider", "atlas", "--no-fold", source])
        theirs = peer(source, home / f"peer-{turn}.parquet")
        rates.append(theirs / ours)
        print(f"  vigie {ours:.1f} s ({written / ours:,.0f} events/s, {memory:.0f} MiB), DuckDB {theirs:.1f} s, ratio {theirs / ours:.2f}")
    folding, memory = timed([vigie, "--quiet", "rebuild", "--lake", home / "lake-0"])
    print(f"  fold of all days {folding:.1f} s ({written / folding:,.0f} events/s, {memory:.0f} MiB)")
    asking, memory = timed([vigie, "scorecard", "--lake", home / "lake-0", "--from", "2026-10-01", "--to", "2026-10-31",
                            "--by", "site", "--format", "json"])
    print(f"  30-day scorecard from the command line {asking:.2f} s, {memory:.0f} MiB")
    print(f"import ratio to DuckDB, median: {statistics.median(rates):.2f} (at least 0.25)")


class Server:
    def __init__(self, vigie, lake, network=HERE / "network.yaml"):
        command = [vigie, "serve", "--lake", lake, "--network", network, "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().split()[-1]

    def get(self, path):
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:
            return answer.read()

    def post(self, lines):
        request = urllib.request.Request(f"{self.address}/v1/events?provider=atlas", data="".join(lines).encode(),
                                         headers={"Content-Type": "application/x-ndjson"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=120)


def latencies(server, seconds, question=f"scorecards?{PERIOD}&by=site"):
    found = []
    end = time.monotonic() + seconds
    while time.monotonic() < end and len(found) < 2000:
        before = time.monotonic()
        server.get(f"/v1/{question}")
        found.append((time.monotonic() - before) * 1000)
    return sorted(found)


def traffic(server, rate, seconds, stop):
    """Late events of contacts of all 30 days, `rate` a second in batches of a tenth of a second."""
    import random

    rng = random.Random(7)
    number = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stop.is_set():
        before = time.monotonic()
        batch = []
        while len(batch) < rate / 10:
            number += 1
            batch.extend(events.contact(rng, f"L-{number}", rng.uniform(0, 29.9) * 86400))
        server.post(batch)
        time.sleep(max(0, 0.1 - (time.monotonic() - before)))


def live(vigie, home, contacts_a_day, rate, seconds):
    home.mkdir()
    source = home / "month.ndjson"
    written = events.write(source, round(contacts_a_day * 30 * 3.75), seed=2)
    lake = home / "month"
    timed([vigie, "--quiet", "ingest", "--lake", lake, "--network", HERE / "network.yaml", "--provider", "atlas", source])
    server = Server(vigie, lake)
    try:
        latencies(server, 3)
        quiet = latencies(server, seconds)
        stop = threading.Event()
        sender = threading.Thread(target=traffic, args=(server, rate, seconds + 10, stop))
        sender.start()
        time.sleep(5)
        busy = latencies(server, seconds)
        stop.set()
        sender.join()
    finally:
        server.stop()
    p50, p95 = statistics.median(quiet), quiet[int(len(quiet) * 0.95)]
    b50, b95 = statistics.median(busy), busy[int(len(busy) * 0.95)]
    print(f"30-day scorecard by site, {contacts_a_day} contacts a day ({written} events), over HTTP")
    print(f"  quiet p50 {p50:.1f} ms, p95 {p95:.1f} ms ({len(quiet)} asked; below 100 ms)")
    print(f"  under {rate} events/s over all 30 days p50 {b50:.1f} ms, p95 {b95:.1f} ms ({len(busy)} asked)")
    print(f"  live to quiet: {b50 / p50:.2f} (at most 3)")


def quantiles(found):
    return f"p50 {statistics.median(found):.1f} ms, p95 {found[int(len(found) * 0.95)]:.1f} ms ({len(found)} asked)"


def hypermarket(vigie, home):
    """Thirty days of a large retailer and today so far."""
    days, lake = home / "days", home / "hypermarket"
    taken, _ = timed([vigie, "--quiet", "simulate", "hypermarket", "--days", "30", "--until", "now", "--out", days])
    files = sorted(days.glob("*.ndjson"))
    lines = sum(file.read_bytes().count(b"\n") for file in files)
    print(f"hypermarket: {lines} events simulated and written in {taken:.1f} s ({lines / taken:,.0f} a second; at least 300,000)")
    before = time.monotonic()
    for file in files:
        told = ["--network", days / "network.yaml", "--provider", file.stem]
        fold = [] if file == files[-1] else ["--no-fold"]
        timed([vigie, "--quiet", "ingest", *fold, "--lake", lake, *told, file])
    print(f"  landed and folded in {time.monotonic() - before:.1f} s")
    end = datetime.date.today()
    period = f"from={end - datetime.timedelta(days=30)}&to={end}"
    server = Server(vigie, lake, days / "network.yaml")
    try:
        asked = ["scorecards?by=site", "scorecards?by=provider,site", "homogeneity?by=site", "backlog?by=site",
                 "complaints?by=site", "repeats?by=site", "homogeneity?of=no_repeat", "live?"]
        for question in [question if question == "live?" else f"{question}&{period}" for question in asked]:
            first = latencies(server, 0.001, question)[0]
            print(f"  30 days, {question.replace(f'&{period}', '').replace('?', ' ')}: first {first:.0f} ms, then {quantiles(latencies(server, 8, question))}")
        peak = int(next(line.split()[1] for line in open(f"/proc/{server.process.pid}/status") if "VmHWM" in line)) // 1024
        print(f"  the server took {peak} MiB at most")
    finally:
        server.stop()


def main():
    vigie = sys.argv[1]
    count = int(os.environ.get("VIGIE_BENCH_EVENTS", "5000000"))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        for contacts in os.environ.get("VIGIE_BENCH_CONTACTS", "1100").split(","):
            live(vigie, home / contacts, contacts_a_day=int(contacts), rate=200, seconds=15)
        hypermarket(vigie, home)
        imports(vigie, home, count)


if __name__ == "__main__":
    main()
