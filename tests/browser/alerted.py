"""An outage told to a running server: the page of alerts in both languages, the alert taken on and annotated through its form,
and a message that a receiver refused sent to it again."""

import datetime
import http.server
import json
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import urllib.request

from driver import Browser

NETWORK = """
brand: coast
zone: Europe/Paris
providers: [{name: north, cadence: 15m}]
sites: [{name: lyon, provider: north}]
queues: [{name: voix, channel: voice, threshold: 5s}]
"""
ALERTS = """
every: 1s
receivers:
  - name: astreinte
    language: fr
    webhook: {url: 'http://127.0.0.1:PORT/', secret: {file: 'SECRET'}, allow: [127.0.0.0/8]}
objectives:
  - {name: appels, target: 0.8, channels: [voice], design_effect: 1}
"""
# The example of Standard Webhooks, of 24 bytes: nobody's secret.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LIMIT_S = 120
# Identifiers of answers that no page shows, in whatever language; and words that no French page shows.
NAMES = ["burn", "outlook", "at_risk", "breached"]
ENGLISH = ["fast", "slow", "medium", "critical", "warning", "misses", "Firing", "Since", "Missed", "Promised", "given up", "answered", "period"]
AUTHOR, NOTE, MORE = "Équipe de jour", "on rappelle <Tunis>", "la ligne est rétablie"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Refuses every message for good, until it is mended."""

    mended, taken = False, []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204 if Receiver.mended else 410)
        self.end_headers()
        if Receiver.mended:
            Receiver.taken.append(json.loads(body))

    def log_message(self, *_):
        pass


def event(call, kind, began, at):
    return json.dumps({
        "specversion": "1.0", "id": f"{call}-{kind}", "source": "/acd", "subject": call, "time": at.isoformat(),
        "type": f"vigie.contact.{kind}.v1", "data": {"started_at": began.isoformat(), "site": "lyon", "queue": "voix"},
    })


def outage(address):
    """An hour of calls answered at once, then a quarter of an hour in which nobody answers."""
    now = datetime.datetime.now(datetime.timezone.utc)
    seconds = lambda count: datetime.timedelta(seconds=count)
    lines = []
    for nth in range(60):
        began = now - seconds(900 + 60 * nth)
        lines += [event(f"good-{nth}", "offered", began, began), event(f"good-{nth}", "answered", began, began + seconds(2))]
        began = now - seconds(20 + 14 * nth)
        lines += [event(f"lost-{nth}", "offered", began, began), event(f"lost-{nth}", "abandoned", began, began + seconds(9))]
    request = urllib.request.Request(
        f"{address}/v1/events?provider=north", "\n".join(lines).encode(), {"content-type": "application/x-ndjson"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer)["accepted"] == len(lines)


def get(address, path):
    with urllib.request.urlopen(address + path, timeout=60) as answer:
        return json.load(answer)


def eventually(ask, what):
    end = time.monotonic() + LIMIT_S
    while not (found := ask()):
        assert time.monotonic() < end, what
        time.sleep(0.2)
    return found


def numbers(firing):
    """The numbers of the cards of the alerts that fire."""
    told = []
    for alert in firing["alerts"]:
        figures = alert["evidence"]["figures"]
        remedy = figures.get("remedy") or {}
        names = ["dead", "overdue"] if figures["watch"] == "delivery" else ["missed", "contacts", "target", "used"]
        told += [figures[name] for name in names if figures.get(name) is not None]
        if 0 < (remedy.get("needed") or 0) <= (remedy.get("coming") or 0):
            told += [remedy[name] for name in ["needed", "coming", "recent"] if remedy[name] is not None]
    return told


def cards(browser):
    return browser.run("[...document.querySelectorAll('article.card data')].map(data => Number(data.value))")


def same(browser, address, page):
    """That the cards show the numbers of the API: windows move on, so both are asked until nothing moved in between."""
    def ask():
        before = numbers(get(address, "/v1/alerts?state=firing"))
        browser.open(page)
        shown = cards(browser)
        return shown if before == shown and before == numbers(get(address, "/v1/alerts?state=firing")) else None
    return eventually(ask, f"{page}: the numbers are not those of the API")


def seen(browser, address, lang, words):
    """The page in a language: its numbers, its words, and none of another language."""
    page = f"{address}/alerts?lang={lang}"
    shown = same(browser, address, page)
    assert len(shown) >= 6, shown
    text = browser.run("document.body.innerText")
    for word in words:
        assert word in text, (lang, word, text)
    for word in NAMES if lang == "en" else NAMES + ENGLISH:
        assert not re.search(rf"\b{word}\b", text), (lang, word, text)
    print(f"alerts that fire, {lang}: {len(shown)} numbers equal the API's, and its words are of one language")


def taken_on(browser, address, alert):
    """Takes the alert on and annotates it, through the form of its card on the French page."""
    card = f"#alert-{alert['id']}"
    browser.open(f"{address}/alerts?lang=fr")
    browser.fill(f"{card} input[name=author]", AUTHOR)
    browser.fill(f"{card} input[name=note]", NOTE)
    text = browser.click(f"{card} form.remark button:not([formaction])")
    assert f"par {AUTHOR}" in text and NOTE in text, text
    assert browser.run("location.hash") == card and "lang=fr" in browser.run("location.search")
    browser.fill(f"{card} input[name=author]", AUTHOR)
    browser.fill(f"{card} input[name=note]", MORE)
    browser.click(f"{card} form.remark button[formaction]")
    told = get(address, f"/v1/alerts/{alert['id']}")
    said = [change["remark"]["text"] for change in told["changes"] if change["remark"]]
    assert told["alert"]["acknowledged"]["by"] == AUTHOR and said == [NOTE, MORE], told
    text = browser.open(f"{address}/alerts?lang=en")
    assert f"by {AUTHOR}" in text and NOTE in text, text
    print("the alert was taken on and annotated through its form, and both pages say by whom")


def sent_again(browser, address):
    """What the receiver refused is listed with the reason, and sent again once it is mended."""
    text = browser.open(f"{address}/alerts?lang=fr")
    assert "a répondu 410" in text and "astreinte" in text, text
    Receiver.mended = True
    letters = len(get(address, "/v1/dead-letters")["dead_letters"])
    while browser.run("Boolean(document.querySelector('form[action*=\"/requeue\"]'))"):
        text = browser.click("form[action*='/requeue'] button")
    assert browser.run("location.hash") == "#letters" and "Aucun." in text, text
    eventually(lambda: len(Receiver.taken) >= letters, "the messages were not carried again")
    told = [notice["text"]["fr"] for message in Receiver.taken for notice in message["data"]["notices"]]
    assert any("file voix, site lyon" in text and "hors objectif" in text for text in told), told
    print(f"{letters} messages that were refused were sent again from the page, and taken")


def look(address, pictures, browser):
    outage(address)
    firing = lambda rule: get(address, f"/v1/alerts?state=firing&rule={rule}")["alerts"]
    alert = eventually(lambda: firing("burn"), "the outage raised no alert")[0]
    eventually(lambda: firing("delivery"), "nobody says that messages are refused")
    seen(browser, address, "en", ["fast (pace of misses)", "given up (delivery of messages)", "critical", "Take it on"])
    seen(browser, address, "fr", ["rapide (rythme des contacts manqués)", "abandonné (envoi des messages)", "critique"])
    pictures("firing", "/alerts")
    taken_on(browser, address, alert)
    pictures("taken", "/alerts")
    sent_again(browser, address)
    assert not browser.said, browser.said


def run(vigie, pictures):
    """`pictures` takes pictures of an address under a name."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        home = pathlib.Path(home)
        (home / "secret").write_text(SECRET)
        (home / "network.yaml").write_text(NETWORK)
        text = ALERTS.replace("PORT", str(receiver.server_port)).replace("SECRET", str(home / "secret"))
        (home / "alerts.yaml").write_text(text)
        serve = [vigie, "--quiet", "serve", "--lake", home / "lake", "--network", home / "network.yaml"]
        serve += ["--alerts", home / "alerts.yaml", "--listen", "127.0.0.1:0"]
        with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as server:
            try:
                address = server.stdout.readline().split()[-1]
                with Browser() as browser:
                    look(address, lambda name, path: pictures(name, address + path), browser)
            finally:
                server.terminate()
                receiver.shutdown()
