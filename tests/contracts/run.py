"""Holds `vigie contract evaluate` against an evaluation of its own, on generated contracts and data.

    python run.py VIGIE CASES [FIRST]

Exit status: 0 every cell of every window is equal and every rarity was met, 1 something differs, 2 it could not be run.
"""

import collections
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import zoneinfo

import generate
import independent

# How often each must be met in 500 cases; fewer cases, fewer times.
RARITIES = ("drop_contacts", "waive_window", "report_only", "surplus", "mid-month version", "23 or 25 hours")
LEAST, OF = 20, 500


class Difference(Exception):
    """Two evaluations, two results."""


def vigie(program, *words):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    ran = subprocess.run([program, "--quiet", *map(str, words)], capture_output=True, text=True, env=clean)
    if ran.returncode != 0:
        raise Difference(f"vigie {' '.join(map(str, words))} ended with {ran.returncode}: {ran.stderr}")
    return ran.stdout


def told(program, folder, now, month, invoice):
    """What the product says of a case."""
    lake, network = folder / "lake", folder / "network.yaml"
    events = sorted((folder / "events").glob("*.ndjson"))
    for path in events:
        words = [] if path == events[-1] else ["--no-fold"]
        words += ["--lake", lake, "--network", network, "--provider", path.stem, path]
        vigie(program, "ingest", *words)
    words = ["--lake", lake, "--contracts", folder / "files", "--period", month, "--now", now.isoformat()]
    words += ["--invoice", f"{invoice // 100}.{invoice % 100:02d}", "--format", "json"]
    return json.loads(vigie(program, "contract", "evaluate", *words))


def equal(where, ours, theirs):
    if ours != theirs:
        raise Difference(f"{where}: the definitions give {ours!r}, vigie gives {theirs!r}")


def near(where, ours, theirs):
    if abs(float(ours) - theirs) > 1e-9 * max(1.0, abs(theirs)):
        raise Difference(f"{where}: the definitions give {ours}, vigie gives {theirs}")


def compare(case, answer, period, invoice, seen):
    (contract,) = answer["contracts"]
    theirs = {}
    for objective in contract["objectives"]:
        for window in objective["windows"]:
            span, piece = window["window"], window["piece"]
            bounds = tuple(independent.micros(span[end]) for end in ("from", "to"))
            part = tuple(independent.micros(piece[end]) for end in ("from", "to"))
            theirs[contract["name"], objective["name"], window["length"], bounds, part] = window
    ours = independent.windows(case, period)
    equal("windows", sorted(ours), sorted(theirs))
    for key, result in ours.items():
        same_window(f"{key[1]} {key[2]} {key[4]}", result, theirs[key])
        note(case, key, result, seen)
    same_money(case, contract, ours, period, invoice)


def same_window(where, ours, theirs):
    equal(f"{where} version", ours["version"], theirs["version"])
    equal(f"{where} reliefs", ours["reliefs"], theirs["reliefs"])
    equal(f"{where} counted", None, theirs["not_counted"])
    complete = theirs["completeness"]
    for cell in ("received", "expected"):
        equal(f"{where} {cell}", ours["complete"] and ours["complete"][cell], complete and complete[cell])
    if not ours["over"] or ours["pending"]:
        still_open(where, ours, theirs)
        return
    closed = theirs["closed"]
    if closed is None:
        raise Difference(f"{where}: the window is over and nothing pends, and vigie has no result: {theirs['open']}")
    for cell in ("state", "because", "dropped"):
        equal(f"{where} {cell}", ours[cell], closed[cell])
    near(f"{where} good", ours["good"], closed["counted"]["good"])
    near(f"{where} total", ours["total"], closed["counted"]["total"])
    near(f"{where} all", ours["all_total"], closed["all"]["total"])
    near(f"{where} all good", ours["all_good"], closed["all"]["good"])
    decided = ours["state"] in ("met", "breached")
    cells = ("margin", "floor", "target", "slices", "band")
    for cell in cells:
        equal(f"{where} {cell}", ours.get(cell) if decided else None, closed[cell])
    # What of another share may still change is told by the figures of its day together.
    if decided and "resolution-rate" not in where:
        equal(f"{where} settled", ours["settled"], closed["settled"])


def still_open(where, ours, theirs):
    standing = theirs["open"]
    if standing is None:
        raise Difference(f"{where}: the window is not settled, and vigie gives a result: {theirs['closed']}")
    near(f"{where} good so far", ours["good"], standing["so_far"]["good"])
    near(f"{where} total so far", ours["total"], standing["so_far"]["total"])
    equal(f"{where} pending", ours["kept_pending"], standing["pending"])
    equal(f"{where} excused", ours["state"] == "excused", standing["state"] == "excused")


def same_money(case, contract, ours, period, invoice):
    zone = zoneinfo.ZoneInfo(contract["zone"])
    first, last = independent.day_start(period[0], zone), independent.day_start(period[1] + datetime.timedelta(days=1), zone)
    parts = []
    for start, end, version in independent.versions(case, contract["name"]):
        span = max(start, first), min(end, last)
        if span[0] < span[1]:
            days = (independent.local_day(span[1] - 1, zone) - independent.local_day(span[0], zone)).days + 1
            parts.append((version, days))
    invoices = independent.apportioned(invoice, [days for _, days in parts])
    expected = []
    for (version, _), part in zip(parts, invoices):
        number = version["spec"]["inForce"]["version"]
        order = [objective["name"] for objective in version["spec"]["objectives"]]
        results = [
            (key[1], result)
            for key, result in sorted(ours.items(), key=lambda item: (order.index(item[0][1]), item[0][3][1], item[0][4]))
            if result["version"] == number and first < key[3][1] <= last and "rolling" not in key[2]
            and result["over"] and not result["pending"] and result.get("because") != "incomplete_data"
        ]
        cost = independent.money(version, results, part)
        if cost is not None:
            expected.append((number, part, cost["cap"], cost["lines"]))
    found = [
        (
            money["version"],
            money["invoice"],
            money["settlement"]["cap"],
            [(line["objective"], line["credit"], line["bonus"]) for line in money["settlement"]["lines"]],
        )
        for money in contract["money"]
    ]
    equal("money", expected, found)


def note(case, key, result, seen):
    """Counts what was met."""
    if result["dropped"]:
        seen["drop_contacts"] += 1
    if result["reliefs"]["waived"]:
        seen["waive_window"] += 1
    claims = {claim["id"]: claim for one in case.files if one["kind"] == "SlaClaims" for claim in one["claims"]}
    if any(claims[claim]["exclusion"] == "ramp-up" for claim in result["reliefs"]["shown"]):
        seen["report_only"] += 1
    if result["surplus"] or result.get("because") == "surplus_volume":
        seen["surplus"] += 1
    if key[4] != key[3]:
        seen["mid-month version"] += 1
    zone = zoneinfo.ZoneInfo(case.network.zone)
    date, last = independent.local_day(key[4][0], zone), independent.local_day(key[4][1] - 1, zone)
    while date <= last:
        after = date + datetime.timedelta(days=1)
        start, end = independent.day_start(date, zone), independent.day_start(after, zone)
        if end - start != independent.DAY and any(start <= leg.offered < end for leg in case.legs):
            seen["23 or 25 hours"] += 1
            break
        date = after


def main(program, cases, first):
    seen, windows = collections.Counter(), 0
    for seed in range(first, first + cases):
        with tempfile.TemporaryDirectory() as directory:
            folder = pathlib.Path(directory) / "case"
            folder.mkdir()
            now, month, invoice = generate.write(folder, seed)
            try:
                answer = told(program, folder, now, month, invoice)
                case = independent.Case(folder, independent.micros(now.isoformat()))
                begin = datetime.date.fromisoformat(month + "-01")
                end = independent.months(begin, 1) - datetime.timedelta(days=1)
                compare(case, answer, (begin, end), invoice, seen)
            except Difference as difference:
                print(f"case {seed}: {difference}")
                return 1
            windows += sum(len(objective["windows"]) for objective in answer["contracts"][0]["objectives"])
    wanted = LEAST * cases // OF
    rare = [f"{name} {seen[name]}" for name in RARITIES if seen[name] < wanted]
    if rare:
        print(f"met less than {wanted} times: {', '.join(rare)}")
        return 1
    print(f"{windows} windows of {cases} cases equal; met: {', '.join(f'{name} {seen[name]}' for name in RARITIES)}")
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1))
