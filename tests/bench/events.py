"""Events of 30 days for the benches: a contact is offered, answered, ended and resolved, or abandoned."""

import datetime
import random

START = datetime.datetime(2026, 10, 1, tzinfo=datetime.timezone.utc)
REASONS = ["delivery", "refund", "invoice", "product", "card", "account"]


def stamp(seconds):
    at = START + datetime.timedelta(microseconds=round(seconds * 1e6))
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def line(contact, kind, at, started, more):
    return (
        f'{{"specversion":"1.0","id":"{contact}-{kind}","source":"/atlas/acd","type":"vigie.contact.{kind}.v1",'
        f'"subject":"{contact}","time":"{at}","data":{{"started_at":"{started}"{more}}}}}\n'
    )


def contact(rng, name, second):
    """The lines of one contact that begins `second` seconds after START."""
    started = stamp(second)
    place = f',"site":"site-{rng.randrange(8)}","queue":"queue-{rng.randrange(6)}"'
    first = f'{place},"channel":"voice","reason":"{rng.choice(REASONS)}","language":"fr","customer":"c{rng.randrange(2_000_000)}"'
    yield line(name, "offered", started, started, first)
    wait = rng.expovariate(1 / 25)
    if wait > 120:
        yield line(name, "abandoned", stamp(second + 120), started, place)
        return
    talk = round(rng.lognormvariate(5, 0.6))
    agent = f',"agent":"a{rng.randrange(400)}"'
    yield line(name, "answered", stamp(second + wait), started, place + agent)
    ended = stamp(second + wait + talk)
    yield line(name, "ended", ended, started, f'{place}{agent},"talk_s":{talk},"hold_s":0,"wrap_s":20')
    if rng.random() < 0.8:
        yield line(name, "resolved", ended, started, ',"resolution":"solved"')


def write(path, events, days=30, seed=1):
    """Writes about `events` events in the order in which their contacts begin. Returns how many."""
    rng = random.Random(seed)
    contacts = round(events / 3.75)
    written = 0
    with open(path, "w", encoding="ascii") as out:
        for number in range(contacts):
            for text in contact(rng, f"C{seed}-{number}", days * 86400 * number / contacts):
                out.write(text)
                written += 1
    return written
