"""At the table with a provider: its figures are held against ours, and a month is sealed, by what people click and fill in."""

import csv
import io
import json
import urllib.request

MONTH, PROVIDER = "2026-10", "cordelia"
PARTS = ["formula", "short_abandons", "attribution", "exclusions", "missing_events", "remainder"]
WORDS = {
    "en": ["7 more.", "left unexplained", "Rules of both sides", "is no number of contacts", "nothing has moved since"],
    "fr": ["7 de plus.", "inexpliqués", "Les règles des deux côtés", "n’est pas un nombre de contacts", "rien n’a bougé depuis"],
}


def numbers(answer):
    told = []
    for cell in (cell for group in answer["groups"] for cell in group["cells"]):
        for walk in cell["measures"]:
            parts = [walk["parts"][part] for part in PARTS if walk["parts"][part]]
            told += [walk["ours"], *parts, walk["theirs"]]
        told += [step["value"] for step in (cell["level"] or {"steps": []})["steps"] if step["value"] is not None]
    return told


def declared(address):
    """Our own figures as a file, with seven contacts too many at one site, and a service level of the whole."""
    query = f"provider={PROVIDER}&period={MONTH}&figures=ours&lang=en"
    with urllib.request.urlopen(f"{address}/reconcile/declared.csv?{query}", timeout=60) as answer:
        rows = list(csv.DictReader(io.StringIO(answer.read().decode("utf-8-sig"))))
    rows[-1]["offered"] = str(int(rows[-1]["offered"]) + 7)
    rows[0]["service_level"] = f"{int(rows[0]['in_time']) / int(rows[0]['promised']):.3f}"
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def asked(address, text):
    request = urllib.request.Request(f"{address}/v1/reconciliations?stated_only=true", text.encode(), {"content-type": "text/csv"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def pictures(browser, folder, name):
    browser.picture(folder / f"{name}-1280.png")
    browser.picture(folder / f"{name}-dark.png", dark=True)
    browser.picture(folder / f"{name}-390.png", width=390)


def reconciled(browser, shown, address, folder, lang, text):
    less, left, rules, wrong, _ = WORDS[lang]
    browser.open(f"{address}/contracts?lang={lang}")
    browser.click("a[href^='/reconcile']")
    pictures(browser, folder, f"reconcile-{lang}")
    file = folder / "declared.csv"
    file.write_text(text)
    browser.choose("#declared", file)
    browser.run("document.querySelector('#stated_only').checked = true")
    browser.click("form.upload button")
    page, told = browser.text(), numbers(asked(address, text))
    assert all(word in page for word in [less, left, rules]), page
    assert shown(page).numbers == told and len(told) > 12, (shown(page).numbers, told)
    pictures(browser, folder, f"reconciled-{lang}")
    browser.run("document.querySelector('#declared').value = ''")
    browser.fill("#table", f"provider,period,offered\n{PROVIDER},{MONTH},ten\n")
    browser.click("form.upload button")
    assert wrong in browser.text(), browser.text()
    pictures(browser, folder, f"mistakes-{lang}")
    print(f"reconcile, {lang}: {len(told)} numbers equal the API's, mistakes are told")


def sealed(browser, address, folder, lang):
    browser.open(f"{address}/statements?lang={lang}")
    browser.fill("#period", MONTH)
    browser.fill("#by", "Quality")
    browser.fill("#note", lang)
    browser.fill("#invoice", "100000.00")
    browser.click("form.remark button")
    assert f"statement-{MONTH}-v" in browser.text(), browser.text()
    pictures(browser, folder, f"statements-{lang}")
    browser.click("td a[href*='statement=']")
    assert WORDS[lang][-1] in browser.text(), browser.text()
    pictures(browser, folder, f"again-{lang}")
    print(f"statements, {lang}: sealed, listed and made again")


def look(browser, shown, address, folder):
    text = declared(address)
    for lang in ["en", "fr"]:
        reconciled(browser, shown, address, folder, lang, text)
        sealed(browser, address, folder, lang)
    assert not browser.said, browser.said
