"""Random contracts and data to hold an evaluation against: one case is a folder, as independent.py reads it.

    write(folder, seed)   gives (now, month, invoice)

Drawn so that what is rare in life is frequent here: waits on the threshold to the microsecond, contacts in the hour that
happens twice and around the one that is skipped, claims of every effect accepted before, after and never, days with more
than was foreseen, versions that change in mid-month.
"""

import datetime
import json
import random
import zoneinfo

UTC = datetime.timezone.utc
ZONES = {
    "Europe/Paris": [("2026-03", "2026-03-29"), ("2025-10", "2025-10-26")],
    "America/New_York": [("2026-03", "2026-03-08"), ("2025-11", "2025-11-02")],
}
QUEUES = ("voice-fr", "voice-en", "mail-fr", "social")
SITES = {"tunis": "atlas", "sfax": "atlas", "lima": "boreal"}
REASONS = ("refund", "invoice", "access", None)


def write(folder, seed):
    return Generated(folder, random.Random(seed)).write()


class Generated:
    def __init__(self, folder, draw):
        self.folder, self.draw = folder, draw
        self.zone = draw.choice(sorted(ZONES))
        self.month, changed = draw.choice(ZONES[self.zone])
        self.changed = datetime.date.fromisoformat(changed)
        if draw.random() < 0.2:
            self.month, self.changed = "2026-05", datetime.date(2026, 5, 10)
        self.first = datetime.date.fromisoformat(self.month + "-01")
        self.last = (self.first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
        after = draw.choice([-12, 1, 3, 12, 40])
        self.now = datetime.datetime.combine(
            self.last + datetime.timedelta(days=after), datetime.time(draw.randrange(24), draw.randrange(60)), tzinfo=UTC
        )
        self.serial = 0

    def write(self):
        for name in ("events", "files"):
            (self.folder / name).mkdir(parents=True)
        self.dump("network.yaml", self.network())
        events = {provider: [] for provider in set(SITES.values())}
        for number in range(self.draw.randrange(60, 260)):
            provider, told = self.contact(number)
            events[provider].extend(told)
        for provider, told in events.items():
            lines = [json.dumps(event) for event in told]
            self.draw.shuffle(lines)
            (self.folder / "events" / f"{provider}.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.contracts()
        return self.now, self.month, 10_000_000

    def dump(self, name, entry):
        (self.folder / name).write_text(json.dumps(entry, indent=1), encoding="utf-8")

    def network(self):
        week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        desk = {day: ["08:00-12:00", "13:00-18:00"] for day in week[:5]}
        self.formula = self.draw.choice("abcdefg")
        lines = self.draw.choice([None, "lines"])
        voice = {"channel": "voice", "threshold": "20s", "short_abandon": "5s", "formula": self.formula}
        if lines:
            voice["calendar"] = lines
        return {
            "brand": "north",
            "zone": self.zone,
            "providers": [{"name": name} for name in sorted(set(SITES.values()))],
            "sites": [{"name": site, "provider": provider} for site, provider in SITES.items()],
            "queues": [
                {"name": "voice-fr"} | voice,
                {"name": "voice-en", "channel": "voice", "threshold": "30s"},
                {"name": "mail-fr", "channel": "email", "threshold": "4h", "calendar": "desk"},
                {"name": "social", "channel": "social", "threshold": "1h"},
            ],
            "reasons": [
                {"name": "refund", "family": "money"},
                {"name": "invoice", "family": "money"},
                {"name": "access", "family": "other"},
            ],
            "calendars": [
                {"name": "desk", "weekly": desk},
                {"name": "lines", "weekly": {day: ["07:00-21:00"] for day in week}},
                {"name": "nights", "weekly": {day: ["00:00-06:00", "22:00-24:00"] for day in week}},
            ],
        }

    def instant(self):
        """A local instant of the month, often on the day of the clock change."""
        date = self.first + datetime.timedelta(days=self.draw.randrange(-4, (self.last - self.first).days + 3))
        if self.draw.random() < 0.25:
            date = self.changed
        hour = self.draw.choice([0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 17, 18, 23])
        start = datetime.datetime.combine(date, datetime.time(), tzinfo=zoneinfo.ZoneInfo(self.zone)).astimezone(UTC)
        second = self.draw.choice([0, 0, 60, 900, 1800, self.draw.randrange(3600)])
        return start + datetime.timedelta(hours=hour, seconds=second)

    def event(self, contact, started, at, kind, **data):
        self.serial += 1
        stamp = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        began = started.isoformat(timespec="microseconds").replace("+00:00", "Z")
        return {
            "specversion": "1.0",
            "id": f"e{self.serial:06d}",
            "source": "/generated",
            "type": f"vigie.contact.{kind}.v1",
            "subject": contact,
            "time": stamp,
            "data": {"started_at": began} | data,
        }

    def contact(self, number):
        draw, name = self.draw, f"c{number:05d}"
        site = draw.choice(["tunis", "tunis", "sfax", "lima"])
        queue, offered = draw.choice(QUEUES), self.instant()
        started = offered - datetime.timedelta(seconds=draw.choice([0, 0, 7, 30]))
        reason = draw.choice(REASONS)
        told = []

        def tell(at, kind, **data):
            told.append(self.event(name, started, at, kind, **data))

        place = {"site": site, "queue": queue}
        more = {"reason": reason} if reason else {}
        tell(offered, "offered", **place, **more)
        answered = self.stay(tell, place, queue, offered)
        if answered and draw.random() < 0.1:
            other = {"site": site, "queue": draw.choice([one for one in QUEUES if one != queue])}
            moved = answered + datetime.timedelta(seconds=draw.randrange(30, 400))
            tell(moved, "offered", **other, **more)
            self.stay(tell, other, other["queue"], moved)
        self.fate(tell, answered or offered)
        return SITES[site], told

    def stay(self, tell, place, queue, offered):
        """What becomes of a leg; gives when it was answered."""
        draw = self.draw
        slow = queue in ("mail-fr", "social")
        waits = [5, 19.999999, 20, 20.000001, 30, 61, 300, 1000]
        if slow:
            waits = [600, 3600, 3600.000001, 4 * 3600, 7 * 3600, 26 * 3600, 50 * 3600, 80 * 3600]
        at = offered + datetime.timedelta(seconds=draw.choice(waits))
        if slow and draw.random() < 0.3:
            tell(offered + datetime.timedelta(seconds=9), "answered", by="auto", **place)
        fate = draw.random()
        if fate < 0.7:
            tell(at, "answered", **place)
            if draw.random() < 0.5:
                tell(at + datetime.timedelta(seconds=draw.choice([60, 900, 9000])), "ended", **place)
            return at
        if fate < 0.88:
            left = draw.choice([3, 5, 5.000001, 6, 20, 40, 400])
            tell(offered + datetime.timedelta(seconds=left), "abandoned", **place)
        elif fate < 0.96:
            tell(at, "flowed_out", to="voicemail", **place)
        return None

    def fate(self, tell, after):
        draw = self.draw
        if draw.random() < 0.03:
            tell(after + datetime.timedelta(seconds=50), "cancelled", reason="spam")
        if draw.random() > 0.7:
            return
        done = after + datetime.timedelta(hours=draw.choice([0.1, 3, 20, 24, 30, 47, 60]), seconds=draw.choice([0, 1]))
        tell(done, "resolved", resolution="solved")
        if draw.random() < 0.25:
            again = done + datetime.timedelta(hours=draw.choice([1, 30, 24 * 3, 24 * 7, 24 * 9]))
            tell(again, "reopened")
            if draw.random() < 0.5:
                tell(again + datetime.timedelta(hours=5), "resolved", resolution="solved")

    def contracts(self):
        draw = self.draw
        rules = self.exclusions()
        first = self.contract(1, rules)
        self.dump("files/contract-1.yaml", first)
        if draw.random() < 0.4:
            self.dump("files/contract-2.yaml", self.successor(first))
        self.dump("files/claims.yaml", self.claims(rules))
        if "data" in first["spec"]:
            for position, after in enumerate((1, 4)):
                if position == 0 or draw.random() < 0.5:
                    self.dump(f"files/delivery-{position}.yaml", self.delivery(first, after))
        if "forecast" in first["spec"]:
            for position, before in enumerate((70, 12, 2)):
                if position == 0 or draw.random() < 0.5:
                    self.dump(f"files/forecast-{position}.yaml", self.forecast(before))

    def delivery(self, contract, after):
        """What the provider says it sent: now and then more than came."""
        draw = self.draw
        days = [self.first + datetime.timedelta(days=day) for day in range((self.last - self.first).days + 1)]
        of = lambda share, most: {str(day): draw.randrange(0, most) for day in days if draw.random() < share}
        told = {"days": of(0.2, draw.choice([3, 9]))}
        lines = contract["spec"]["scope"].get("lines", [])
        told["lines"] = {line: of(0.7, 4) for line in lines if draw.random() < 0.9}
        if not told["days"]:
            told["days"] = {str(days[0]): 1}
        return {
            "apiVersion": "vigie/v1",
            "kind": "SlaDelivery",
            "metadata": {"contract": "north-atlas"},
            "declaredOn": str(self.last + datetime.timedelta(days=after)),
        } | told

    def contract(self, version, rules):
        draw = self.draw
        spec = {
            "parties": {"client": "north", "provider": "atlas"},
            "inForce": {"from": "2025-01-01", "version": version},
            "scope": {},
            "zone": self.zone,
            "calendars": {
                "promise": {"ref": "desk"},
                "contract": {"ref": "lines"},
                "site": {"tunis": "nights"},
            },
            "objectives": self.objectives(),
            "exclusions": rules,
        }
        if draw.random() < 0.3:
            del spec["calendars"]["promise"]
            for objective in spec["objectives"]:
                params = objective["indicator"].get("params", {})
                if params.get("calendar") == "promise":
                    params["calendar"] = "always"
                if objective["indicator"]["ref"] == "first_response_business":
                    params["calendar"] = "contract"
        if draw.random() < 0.4:
            spec["scope"] = {"lines": ["voice-fr", "mail-fr", "social"]}
        if draw.random() < 0.5:
            spec["forecast"] = self.terms_of_volume()
            if spec["forecast"]["overVolume"]["relief"] == "surplus_only":
                # Surplus contacts are told by their arrival.
                for objective in spec["objectives"]:
                    objective["indicator"].get("params", {}).pop("attribution", None)
                    objective["indicator"].get("params", {}).pop("cohort", None)
        if draw.random() < 0.3:
            rule = {"minShare": draw.choice([0.7, 0.9, 0.995]), "onShortfall": draw.choice(["hold", "assume_miss"])}
            spec["data"] = {"completeness": rule}
        if draw.random() < 0.7:
            self.commercial(spec)
        return {"apiVersion": "vigie/v1", "kind": "SlaContract", "metadata": {"name": "north-atlas"}, "spec": spec}

    def successor(self, first):
        """The next version, from a day within the month on."""
        second = json.loads(json.dumps(first))
        spec = second["spec"]
        day = self.first + datetime.timedelta(days=self.draw.randrange(3, 26))
        spec["inForce"] = {"from": str(day), "version": 2, "supersedes": 1}
        for objective in spec["objectives"]:
            if objective["indicator"]["ref"] == "service_level":
                objective["indicator"]["params"]["T"] = self.draw.choice(["20s", "30s", "60s"])
            objective["minSample"] = self.draw.choice([1, 5, 30])
        return second

    def objectives(self):
        draw = self.draw
        kinds = draw.sample(
            ["service", "service", "first", "resolved", "waits", "response_rate", "abandonment_rate", "resolution_rate"], 3
        )
        return [self.objective(f"{kind.replace('_', '-')}-{place}", kind) for place, kind in enumerate(kinds)]

    def objective(self, name, kind):
        draw = self.draw
        objective = {
            "name": name,
            "class": draw.choice(["critical", "standard"]),
            "indicator": self.indicator(kind),
            "timeWindow": [self.window()],
            "minSample": draw.choice([1, 5, 40]),
            "reconciledBy": "both are wanted",
        }
        objective["levels"] = self.levels(kind)
        if draw.random() < 0.4 and kind != "waits":
            when = draw.choice(["before_comparison", "after_comparison"])
            objective["rounding"] = {"decimals": draw.choice([0, 1]), "when": when}
        if draw.random() < 0.3:
            target = draw.choice(["10m", "1h"]) if kind == "waits" else draw.choice([0.5, 0.8])
            objective["consistency"] = {
                "slice": draw.choice(["15m", "30m", "1h", "24h"]),
                "sliceTarget": target,
                "minShareOfSlices": 0.5,
                "minContactsPerSlice": draw.choice([1, 2]),
            }
        own = {}
        if draw.random() < 0.3:
            own["channels"] = draw.choice([["voice"], ["email", "social"]])
        if draw.random() < 0.2:
            own["sites"] = ["tunis"]
        if draw.random() < 0.2:
            own["families"] = ["money"]
        elif draw.random() < 0.1:
            own["reasons"] = ["refund", "access"]
        if objective["indicator"].get("params", {}).get("attribution") == "threshold_event":
            # Mails wait in open time: when they pass the threshold is not told.
            own["channels"] = ["voice"]
        if own:
            objective["scope"] = own
        return objective

    def indicator(self, kind):
        draw = self.draw
        boundary = {"boundary": draw.choice(["inclusive", "exclusive"])}
        if kind == "service":
            params = {"T": draw.choice(["20s", "60s", "5m"])} | boundary
            if draw.random() < 0.5:
                params["shortAbandon"] = "5s"
            if draw.random() < 0.5:
                params["overflow"] = draw.choice(["miss", "neutral", "excluded"])
            if draw.random() < 0.2:
                params["clockStart"] = "arrival"
            if draw.random() < 0.4:
                params["attribution"] = draw.choice(["outcome", "disconnect", "threshold_event"])
            return {"ref": "service_level", "variant": f"SL-{draw.choice('abcdefg')}", "params": params}
        roles = ["promise", "contract", "site", "always"]
        if kind == "first":
            params = {"within": draw.choice(["1h", "4h", "8h"]), "calendar": draw.choice(roles)} | boundary
            return {"ref": "first_response_business", "params": params}
        if kind == "resolved":
            params = {"within": draw.choice(["24h", "48h", "20h"]), "clock": draw.choice(["elapsed", "business"])}
            params["reopenDays"] = draw.choice([1, 7])
            if draw.random() < 0.4:
                params["cohort"] = "completed_in"
            return {"ref": "durable_resolution", "params": params | boundary}
        if kind == "waits":
            params = {"p": draw.choice([0.5, 0.9, 0.95]), "max": "10m", "calendar": draw.choice(roles)} | boundary
            return {"ref": "wait_percentile", "params": params}
        return {"ref": kind}

    def levels(self, kind):
        draw = self.draw
        if kind == "waits":
            return draw.choice([{"expected": "10m"}, {"floor": "1h", "expected": "10m", "target": "60s"}])
        if kind == "abandonment_rate":
            return draw.choice([{"expected": 0.2}, {"floor": 0.4, "expected": 0.2, "target": 0.05}])
        expected = draw.choice([0.4, 0.55, 0.8])
        return draw.choice([{"expected": expected}, {"floor": 0.3, "expected": expected, "target": 0.9}])

    def window(self):
        draw = self.draw
        return draw.choice(
            [
                {"duration": "1M"},
                {"duration": "1M"},
                {"duration": "1Q"},
                {"duration": "1w"},
                {"duration": "7d", "isRolling": True},
                {"duration": "1M", "calendar": {"startTime": "2025-01-22 00:00:00", "timeZone": self.zone}},
            ]
        )

    def exclusions(self):
        draw = self.draw
        outage = {"id": "outage", "effect": "drop_contacts", "acceptedBy": draw.choice(["both", "client", "provider"])}
        if draw.random() < 0.4:
            outage["needsEvidence"] = True
        if draw.random() < 0.3:
            outage["reasons"] = ["refund"]
        force = {"id": "force-majeure", "effect": "waive_window", "acceptedBy": "client"}
        if draw.random() < 0.5:
            force["notifyWithin"] = "48h"
        return [outage, force, {"id": "ramp-up", "effect": "report_only", "until": str(self.last)}]

    def claims(self, rules):
        return {
            "apiVersion": "vigie/v1",
            "kind": "SlaClaims",
            "metadata": {"contract": "north-atlas"},
            "claims": [self.claim(number) for number in range(self.draw.randrange(1, 5))],
        }

    def claim(self, number):
        draw = self.draw
        rule = draw.choice(["outage", "outage", "outage", "force-majeure", "ramp-up"])
        begin = self.instant()
        hours = draw.choice([1, 7, 30, 24 * 6])
        claim = {
            "id": f"claim-{number}",
            "exclusion": rule,
            "from": self.stamp(begin),
            "to": self.stamp(begin + datetime.timedelta(hours=hours, seconds=draw.choice([0, 17]))),
        }
        if draw.random() < 0.3:
            claim["lines"] = ["voice-fr"]
        if draw.random() < 0.2:
            claim["sites"] = ["tunis"]
        if draw.random() < 0.7:
            claim["evidence"] = "a report"
        if draw.random() < 0.6:
            claim["notifiedAt"] = self.stamp(begin + datetime.timedelta(hours=draw.choice([1, 48, 49])))
        parties = draw.choice([["client", "provider"], ["client", "provider"], ["client"], ["provider"], []])
        late = lambda: self.now + datetime.timedelta(days=draw.choice([-3, -3, -1, 2]))
        claim["accepted"] = [{"party": party, "at": self.stamp(late())} for party in parties]
        return claim

    def stamp(self, at):
        return at.isoformat(timespec="seconds").replace("+00:00", "Z")

    def terms_of_volume(self):
        draw = self.draw
        terms = {"tolerance": {"over": draw.choice([0, 0.1, 0.25])}}
        if draw.random() < 0.7:
            terms["lockedAt"] = "10d before month"
        relief = draw.choice(["prorata", "chronological", "waive"])
        if relief == "waive":
            terms["overVolume"] = {"relief": "waive_window"}
        else:
            terms["overVolume"] = {"relief": "surplus_only", "surplusRule": relief}
        return terms

    def forecast(self, before):
        draw = self.draw
        issued = self.first - datetime.timedelta(days=before)
        days = {}
        date = issued + datetime.timedelta(days=1)
        while date <= self.last + datetime.timedelta(days=10):
            if draw.random() < 0.8:
                most = 45 if date == self.changed else 8
                days[str(date)] = draw.randrange(0, most)
            date += datetime.timedelta(days=1)
        return {
            "apiVersion": "vigie/v1",
            "kind": "SlaForecast",
            "metadata": {"contract": "north-atlas"},
            "issuedOn": str(issued),
            "days": days,
        }

    def commercial(self, spec):
        draw = self.draw
        allocation, bands, left = {}, {}, {"critical": 1.0, "standard": 1.0}
        for objective in spec["objectives"]:
            window = objective["timeWindow"][0]
            if window.get("isRolling") or draw.random() < 0.2:
                continue
            part = draw.choice([0.25, 0.3])
            left[objective["class"]] -= part
            allocation[objective["name"]] = part
            if draw.random() < 0.8:
                bands[objective["name"]] = self.bands(objective)
        if allocation:
            spec["commercial"] = {
                "currency": "EUR",
                "atRisk": draw.choice([0.1, 0.0333]),
                "pools": {"critical": draw.choice([0.6, 1]), "standard": draw.choice([0.4, 1])},
                "allocation": allocation,
                "bands": bands,
                "mode": draw.choice(["shadow", "coaching", "shadow"]),
            }

    def bands(self, objective):
        levels = objective["levels"]
        lower = objective["indicator"]["ref"] in ("abandonment_rate", "wait_percentile")
        miss, reach = ("above", "upTo") if lower else ("below", "from")
        bands = [{miss: levels["expected"], "credit": 0.5}]
        if "floor" in levels:
            bands.insert(0, {miss: levels["floor"], "credit": 1})
        if "target" in levels:
            bands.append({reach: levels["target"], "bonus": 0.25})
        return bands
