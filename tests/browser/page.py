"""Opens the page of a simulated network's sites in Chromium, in both languages: the console stays silent, and the numbers shown
are those of the JSON that the page links to.

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

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURES = ["offered", "response_rate", "service_level", "wait_p50_s", "wait_p90_s", "resolution_rate", "resolution_gap"]
SIZES = ["1280,900", "390,844"]
FROM, UNTIL = "2026-10-05", "2026-10-08"


class Shown(HTMLParser):
    """The exact numbers of a page, and the address of its JSON."""

    def __init__(self, text):
        super().__init__()
        self.numbers, self.json = [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "data":
            self.numbers.append(float(given["value"]))
        if tag == "a" and given.get("type") == "application/json":
            self.json = given["href"]


def chromium(*arguments):
    """What Chromium prints; it must not have written to the console."""
    common = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0"]
    ran = subprocess.run([*common, *arguments], capture_output=True, text=True, timeout=120, check=True)
    said = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    assert not said, "\n".join(said)
    return ran.stdout


def numbers(answer):
    """The figures of an answer in the order of the page: by site, then by column."""
    rows = sorted(answer["rows"], key=lambda row: row["key"]["site"])
    values = [row["figures"][name]["value"] for row in rows for name in FIGURES]
    return [value for value in values if value is not None]


def look(address, folder):
    for lang in ["en", "fr"]:
        page = f"{address}/?" + urllib.parse.urlencode({"from": FROM, "to": UNTIL, "lang": lang})
        shown = Shown(chromium("--dump-dom", page))
        with urllib.request.urlopen(address + shown.json, timeout=60) as answer:
            told = numbers(json.load(answer))
        assert shown.numbers == told and len(told) >= 2 * len(FIGURES) - 2, (shown.numbers, told)
        for size in SIZES:
            picture = folder / f"page-{lang}-{size.split(',')[0]}.png"
            chromium(f"--window-size={size}", "--hide-scrollbars", f"--screenshot={picture}", page)
        print(f"{lang}: {len(told)} numbers equal the API's, the console is silent")


def main():
    vigie = sys.argv[1]
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else home)
        days, lake = pathlib.Path(home) / "days", f"{home}/lake"
        subprocess.run([vigie, "--quiet", "simulate", "hypermarket", "--days", "3", "--until", UNTIL, "--out", days], check=True)
        network = days / "network.yaml"
        for file in sorted(days.glob("*.ndjson")):
            told = ["--network", network, "--provider", file.stem]
            subprocess.run([vigie, "--quiet", "ingest", "--lake", lake, *told, file], check=True)
        serve = [vigie, "serve", "--lake", lake, "--listen", "127.0.0.1:0"]
        with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
            try:
                look(server.stdout.readline().split()[-1], folder)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
