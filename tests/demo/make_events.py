"""Writes the demo's events: two weeks of two sites, always the same.

A small file that anybody can read; the simulator with known truth is another thing.
"""

import datetime
import json
import random
import sys

REASONS = ["delivery", "refund", "invoice", "product", "line-test"]
START = datetime.datetime(2026, 10, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))


def event(contact, kind, at, started, **data):
    data = {"started_at": started.isoformat(), **data}
    return {
        "specversion": "1.0",
        "id": f"{contact}-{kind}",
        "source": "/atlas/acd",
        "type": f"vigie.contact.{kind}.v1",
        "subject": contact,
        "time": at.isoformat(),
        "data": data,
    }


def call(rng, contact, started, site):
    place = {"site": site, "queue": "orders-voice-fr"}
    reason = rng.choices(REASONS, [40, 25, 15, 18, 2])[0]
    yield event(contact, "offered", started, started, channel="voice", reason=reason, customer=f"+336{contact[2:]:0>8}", **place)
    busy = 2.2 if started.hour in (9, 10, 11) else 0.7
    wait = round(rng.expovariate(1 / (14 * busy)), 3)
    patience = round(rng.expovariate(1 / 120), 3)
    if patience < wait:
        yield event(contact, "abandoned", started + datetime.timedelta(seconds=patience), started, **place)
        return
    answered = started + datetime.timedelta(seconds=wait)
    talk = round(rng.lognormvariate(5.2, 0.6))
    ended = answered + datetime.timedelta(seconds=talk)
    yield event(contact, "answered", answered, started, agent=f"{site}-{rng.randrange(12)}", **place)
    yield event(contact, "ended", ended, started, talk_s=talk, hold_s=rng.randrange(20), wrap_s=15, ended_by="customer", **place)
    if rng.random() < (0.78 if site == "dakar" or reason != "refund" else 0.6):
        yield event(contact, "resolved", ended, started, resolution="solved")
        if rng.random() < 0.05:
            yield event(contact, "reopened", ended + datetime.timedelta(days=2), started)


def mail(rng, contact, started, site):
    place = {"site": site, "queue": "orders-mail-fr"}
    yield event(contact, "offered", started, started, channel="email", reason=rng.choice(REASONS[:4]), **place)
    replied = started + datetime.timedelta(hours=rng.expovariate(1 / 3))
    yield event(contact, "answered", replied, started, agent=f"{site}-{rng.randrange(12)}", **place)
    if rng.random() < 0.7:
        yield event(contact, "resolved", replied, started, resolution="solved")


def main(path):
    rng = random.Random(20261005)
    number = 0
    with open(path, "w", encoding="utf-8") as out:
        for day in range(14):
            for _ in range(420 if day % 7 < 5 else 180):
                number += 1
                site = rng.choice(["tunis", "tunis", "dakar"])
                second = rng.triangular(8 * 3600, 20 * 3600, 10 * 3600)
                started = START + datetime.timedelta(days=day, seconds=round(second, 3))
                make = call if rng.random() < 0.7 else mail
                for line in make(rng, f"C-{number}", started, site):
                    out.write(json.dumps(line, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
