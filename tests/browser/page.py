"""Opens the pages of a simulated network in Chromium, in both languages: the console stays silent, and the numbers shown are
those of the JSON that each page links to. What people fill in and click is tried as well (see `table.py`). Then an outage
raises alerts, which are met and answered as `alerted.py` says.

Usage: page.py VIGIE [FOLDER]   (screenshots go into FOLDER)
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from html.parser import HTMLParser

import alerted
import table
from driver import Browser

SIZES = ["1280,900", "390,844"]
# What the page of alerts takes with two alerts, their forms, the history and what was not delivered.
TALL = ["1280,2400", "390,4200"]
FROM, UNTIL, NOW = "2026-10-05", "2026-10-08", "2026-10-07T12:00:00+02:00"

SITES = ["offered", "response_rate", "service_level", "wait_p50_s", "wait_p90_s", "resolution_rate", "resolution_gap"]
LIVE = ["waiting", "waiting_over_threshold", "waiting_longest_s", "in_work"]
LIVE += ["offered", "answered", "abandoned", "response_rate", "service_level"]
OPEN = ["backlog", "backlog_0_24h", "backlog_24_48h", "backlog_2_5d", "backlog_5_15d", "backlog_over_15d"]
OPEN += ["backlog_oldest_s", "backlog_past_due", "backlog_unanswered", "backlog_net_flow", "backlog_days"]
AHEAD = ["backlog_saturated_in_days", "backlog_cleared_in_days"]
COMPLAINTS = ["complaints", "complaints_24h", "complaints_48h", "complaints_24h_business", "complaints_48h_business"]
COMPLAINTS += ["complaint_p50_s", "complaint_p90_s", "complaints_beyond_48h", "complaints_48h_of_resolved"]
AGES_H = [4, 12, 24, 48, 72, 120, 240, 360, 720]
LISTED = 20


class Shown(HTMLParser):
    """The exact numbers of a page, and the addresses of its JSON."""

    def __init__(self, text):
        super().__init__()
        self.numbers, self.json = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "data":
            self.numbers.append(float(given["value"]))
        if tag == "a" and given.get("type") == "application/json":
            self.json.append(given["href"])


def chromium(*arguments):
    """What Chromium prints; it must not have written to the console."""
    common = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"]
    ran = subprocess.run([*common, *arguments], capture_output=True, text=True, timeout=120, check=True)
    said = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    assert not said, "\n".join(said)
    return ran.stdout


def values(row, names):
    told = [row["figures"].get(name, {}).get("value") for name in names]
    return [value for value in told if value is not None]


def by(answer, name):
    return sorted(answer["rows"], key=lambda row: row["key"][name])


def sites(answer):
    return [value for row in by(answer, "site") for value in values(row, SITES)]


def live(answer):
    return [value for row in [answer["total"], *by(answer, "queue")] for value in values(row, LIVE)]


def still_open(row):
    """The share still open at each age, as far as it is known."""
    known = [age for age in AGES_H if row["curve_until_s"] is not None and age * 3600 <= row["curve_until_s"]]
    reached = [[point for point in row["curve"] if point["time_s"] <= age * 3600] for age in known]
    return [points[-1]["still_open"] for points in reached]


def backlog(opened, complaints):
    told = [value for row in by(opened, "site") for value in values(row, OPEN) + values(row, AHEAD)[:1]]
    told += [case["age_s"] for case in opened["oldest"][:LISTED]]
    told += [value for row in by(complaints, "site") for value in values(row, COMPLAINTS)]
    told += [share for row in complaints["rows"] for share in still_open(row)]
    return told + [case["age_s"] for case in complaints["open"][:LISTED]]


def those(told, names):
    return [told[name] for name in names if told.get(name) is not None]


def rest(outlook):
    """What those to come must bring."""
    if not outlook or outlook["required"]["mid"] is None or outlook["needed"] <= 0:
        return []
    recent = those(outlook, ["recent_share"])
    return [outlook["required"]["mid"], *recent, outlook["needed"], outlook["remaining"]["mid"]]


def slices(counted):
    return those(counted or {}, ["meeting", "counted"])


def card(window):
    closed, still = window["closed"] or {}, window["open"] or {}
    counted = closed.get("counted") or still.get("so_far") or {}
    told = those(window, ["expected", "value"]) + those(counted, ["good", "total"] if counted.get("total") else [])
    told += those(closed, ["margin"]) + slices(closed.get("slices"))
    told += [still["pending"]] if still.get("pending") else []
    told += rest(still.get("contacts")) + slices(still.get("slices_so_far")) + rest(still.get("slices"))
    return told + those(still, ["chance"])


def windows(answer):
    return [window for objective in answer["contracts"][0]["objectives"] for window in objective["windows"]]


def breaches(answer):
    found = [breach["window"] for breach in answer["breaches"]]
    return [value for window in found for value in those(window, ["expected", "value"]) + those(window["closed"] or {}, ["margin"])]


def money(answer):
    told = []
    for bill in answer["contracts"][0]["money"]:
        settled = bill["settlement"]
        told += [bill["invoice"], settled["cap"]]
        told += [amount for line in settled["lines"] for amount in (line["credit"], line["bonus"]) if line["credit"] + line["bonus"]]
        told += [settled["credit"], settled["bonus"]] if settled["lines"] else []
    return told


def contracts(*answers):
    """Of the present: its windows and those of its month; of a period both in one. Every window of this contract is one of
    the calendar, so that each has its card."""
    cards, shown, missed = answers[0], answers[-2], answers[-1]
    told = [value for window in windows(cards) for value in card(window)]
    return told + [value for window in windows(shown) for value in those(window, ["value"])] + money(shown) + breaches(missed)


def alerts(firing, history, letters):
    """Nothing fires where the present is long after the last event."""
    assert not (firing["alerts"] or history["alerts"] or letters["dead_letters"]), (firing, history, letters)
    return []


PERIOD = {"from": FROM, "to": UNTIL}
# The path of each page, its question, what its numbers are, and how many at least.
PAGES = {
    "sites": ("/", {**PERIOD, "now": NOW}, sites, 12),
    "live": ("/live", {"now": NOW}, live, 12),
    "backlog": ("/backlog", {**PERIOD, "now": NOW}, backlog, 12),
    "contracts": ("/contracts", {"now": NOW}, contracts, 12),
    "month": ("/contracts", {"now": NOW, "period": FROM[:7], "invoice": "100000"}, contracts, 12),
    "alerts": ("/alerts", {}, alerts, 0),
}


def look(address, folder):
    for lang in ["en", "fr"]:
        for name, (path, question, expected, least) in PAGES.items():
            page = f"{address}{path}?" + urllib.parse.urlencode({**question, "lang": lang})
            shown = Shown(chromium("--dump-dom", page))
            answers = []
            for link in shown.json:
                with urllib.request.urlopen(address + link, timeout=60) as answer:
                    answers.append(json.load(answer))
            told = expected(*answers)
            assert shown.numbers == told and len(told) >= least, (name, shown.numbers, told)
            pictured(folder, f"{name}-{lang}", page)
            print(f"{name}, {lang}: {len(told)} numbers equal the API's, the console is silent")


def pictured(folder, name, page, sizes=SIZES):
    for size in sizes:
        picture = folder / f"{name}-{size.split(',')[0]}.png"
        chromium(f"--window-size={size}", "--hide-scrollbars", f"--screenshot={picture}", page)


def pictures(folder):
    """Takes pictures of an address in both languages."""
    def of(name, address):
        for lang in ["en", "fr"]:
            pictured(folder, f"{name}-{lang}", f"{address}?lang={lang}", TALL)
    return of


def main():
    vigie = sys.argv[1]
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else home)
        folder.mkdir(parents=True, exist_ok=True)
        days, lake = pathlib.Path(home) / "days", f"{home}/lake"
        subprocess.run([vigie, "--quiet", "simulate", "hypermarket", "--days", "3", "--until", UNTIL, "--out", days], check=True)
        network = days / "network.yaml"
        for file in sorted(days.glob("*.ndjson")):
            told = ["--network", network, "--provider", file.stem]
            subprocess.run([vigie, "--quiet", "ingest", "--lake", lake, *told, file], check=True)
        subprocess.run([vigie, "--quiet", "contract", "file", "--lake", lake, days / "contract.yaml"], check=True)
        serve = [vigie, "serve", "--lake", lake, "--listen", "127.0.0.1:0"]
        with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
            try:
                address = server.stdout.readline().split()[-1]
                look(address, folder)
                with Browser() as browser:
                    table.look(browser, Shown, address, folder)
            finally:
                server.terminate()
        alerted.run(vigie, pictures(folder))


if __name__ == "__main__":
    main()
