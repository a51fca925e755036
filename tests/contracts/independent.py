"""Contracts evaluated once more, from their definitions alone: events, contract, claims and forecasts in; windows out.

Shares nothing with the product but the formats of the files: contacts are read one by one, time is counted in plain
microseconds, money and shares in exact fractions. Nothing but the standard library.

    Case(folder, now)      a folder with network.yaml, events/<provider>.ndjson and files/*.yaml (contracts, claims, forecasts),
                           all of them JSON, which is YAML, too
    windows(case, period)  every window that ends in a period
"""

import collections
import datetime
import fractions
import json
import math
import pathlib
import zoneinfo

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
LIVE = ("voice", "chat", "video")
WRITTEN = ("email", "sms", "social", "post")
UNITS = {"s": SECOND, "m": 60 * SECOND, "h": HOUR, "d": DAY}


def micros(text):
    """Microseconds since 1970 of an instant as events and claims write it."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def length(text):
    """Microseconds of 20s, 5m, 4h."""
    return int(text[:-1]) * UNITS[text[-1]]


def day_start(date, zone):
    """The first instant of a local day."""
    local = datetime.datetime.combine(date, datetime.time(), tzinfo=zone)
    return (local.astimezone(UTC) - EPOCH) // datetime.timedelta(microseconds=1)


def local_day(at, zone):
    """The local day of an instant."""
    return (EPOCH + datetime.timedelta(microseconds=at)).astimezone(zone).date()


def exact(share):
    """A decimal as it is written."""
    return fractions.Fraction(str(share))


class Calendar:
    """Open hours: from and to by weekday, in a zone."""

    def __init__(self, entry, zone):
        self.zone = zoneinfo.ZoneInfo(entry.get("zone", zone))
        self.weekly = entry["weekly"]
        self.days = {}

    def spans(self, date):
        """The open spans that begin on a local day."""
        if date not in self.days:
            name = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[date.weekday()]
            self.days[date] = [self.span(date, hours) for hours in self.weekly.get(name, [])]
        return self.days[date]

    def span(self, date, hours):
        first, last = hours.split("-")
        return self.at(date, first), self.at(date, last)

    def at(self, date, text):
        hour, minute = map(int, text.split(":"))
        if hour == 24:
            return day_start(date + datetime.timedelta(days=1), self.zone)
        local = datetime.datetime(date.year, date.month, date.day, hour, minute, tzinfo=self.zone)
        return (local.astimezone(UTC) - EPOCH) // datetime.timedelta(microseconds=1)

    def open(self, start, end):
        """Open time of [start, end)."""
        if end <= start:
            return 0
        total, date, last = 0, local_day(start, self.zone), local_day(end, self.zone)
        while date <= last:
            for opens, closes in self.spans(date):
                total += max(0, min(end, closes) - max(start, opens))
            date += datetime.timedelta(days=1)
        return total

    def is_open(self, at):
        return any(opens <= at < closes for opens, closes in self.spans(local_day(at, self.zone)))


class Network:
    """The network file, as far as contracts ask."""

    def __init__(self, entry):
        self.zone = entry["zone"]
        self.durable_days = entry.get("durable_days", 7)
        self.calendars = {one["name"]: Calendar(one, self.zone) for one in entry.get("calendars", [])}
        self.queues = {one["name"]: one for one in entry["queues"]}
        self.families = {one["name"]: one.get("family") for one in entry.get("reasons", [])}

    def clock(self, name):
        """What measures time: a calendar's open time, or elapsed time."""
        calendar = self.calendars.get(name)
        return calendar.open if calendar else lambda start, end: max(0, end - start)


class Leg:
    """One stay of a contact at a site and queue."""

    def __init__(self, provider, contact, site, queue):
        self.provider, self.contact, self.site, self.queue = provider, contact, site, queue
        self.offered = self.channel = self.reason = self.outcome = self.outcome_at = self.ended = None
        self.owner = False


def contacts(folder, as_of, now):
    """The legs of every contact, with what was said of the contact itself."""
    events = collections.defaultdict(list)
    for path in sorted((folder / "events").glob("*.ndjson")):
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            event["at"] = micros(event["time"])
            if event["at"] <= now:
                events[path.stem, event["subject"]].append(event)
    legs = []
    for (provider, contact), told in sorted(events.items()):
        legs.extend(legs_of(provider, contact, sorted(told, key=lambda event: (event["at"], event["id"]))))
    return legs


def legs_of(provider, contact, told):
    found, said = {}, collections.defaultdict(list)
    for event in told:
        kind = event["type"].split(".")[2]
        data = event["data"]
        if kind in ("resolved", "reopened", "cancelled"):
            said[kind].append(event["at"])
            continue
        key = data["site"], data["queue"]
        leg = found.setdefault(key, Leg(provider, contact, *key))
        leg.channel = leg.channel or data.get("channel")
        leg.reason = leg.reason or data.get("reason")
        if kind == "offered" and leg.offered is None:
            leg.offered = event["at"]
        if kind == "ended":
            leg.ended = max(event["at"], leg.ended or 0)
        human = data.get("by", "human") not in ("bot", "auto")
        ends = kind in ("abandoned", "flowed_out") or (kind == "answered" and human)
        if ends and leg.outcome is None:
            leg.outcome, leg.outcome_at = kind, event["at"]
    legs = sorted(found.values(), key=lambda leg: leg.offered)
    answered = [leg for leg in legs if leg.outcome == "answered"]
    owner = min(answered, key=lambda leg: leg.outcome_at) if answered else legs[0]
    owner.owner = True
    for leg in legs:
        leg.first_offered = legs[0].offered
        leg.cancelled = bool(said["cancelled"])
        leg.resolved_at = max(said["resolved"], default=None)
        leg.reopened = said["reopened"]
        leg.ever_resolved = bool(said["resolved"])
        first = min(said["resolved"], default=None)
        leg.ever_reopened = first is not None and any(at >= first for at in said["reopened"])
        leg.started_at = micros(told[0]["data"]["started_at"])
    return legs


def durable(leg, days):
    """The last resolution stands: nothing reopened it within the days."""
    if leg.resolved_at is None:
        return False
    return not any(leg.resolved_at <= at <= leg.resolved_at + days * DAY for at in leg.reopened)


class Case:
    """A lake's worth of legs, judged at an instant."""

    def __init__(self, folder, now, as_of=None):
        folder = pathlib.Path(folder)
        self.network = Network(json.loads((folder / "network.yaml").read_text(encoding="utf-8")))
        self.now, self.as_of = now, now if as_of is None else min(now, as_of)
        self.legs = contacts(folder, self.as_of, now)
        for leg in self.legs:
            queue = self.network.queues[leg.queue]
            leg.channel = leg.channel or queue.get("channel", "voice")
            leg.calendar = queue.get("calendar")
            leg.live = leg.channel in LIVE
            opened = leg.calendar is None or self.network.calendars[leg.calendar].is_open(leg.offered)
            leg.counted = not leg.cancelled and (opened or not leg.live)
            leg.until = leg.outcome_at if leg.outcome else now
            clock = self.network.clock(None if leg.live else leg.calendar)
            leg.wait = clock(leg.offered, leg.until)
        self.files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / "files").glob("*.yaml"))]


class Contact:
    """How one leg counts under one objective."""

    def __init__(self, leg, counts, total, pending=False, unsettled=False):
        self.leg, self.counts, self.total, self.pending, self.unsettled = leg, counts, total, pending, unsettled
        self.at = leg.offered

    def belongs(self, at):
        """To the window of another instant than its offer."""
        self.at = at
        return self


def counted(case, contract, objective):
    """The contacts of an objective, with what each counts."""
    indicator = objective["indicator"]
    params, name = indicator.get("params", {}), indicator["ref"]
    less = int(params.get("boundary", "inclusive") == "exclusive")
    legs = [leg for leg in case.legs if leg.counted and in_scope(case, contract, objective, leg)]
    if name == "service_level":
        found = [one for leg in legs if (one := service_level(case, leg, indicator, params, less))]
        return [one.belongs(attributed(case, one.leg, params, less)) for one in found]
    if name == "first_response_business":
        return [first_response(case, contract, leg, params, less) for leg in legs if leg.channel in WRITTEN]
    if name == "durable_resolution":
        owned = [leg for leg in legs if leg.owner]
        if params.get("cohort") == "completed_in":
            done = [leg for leg in owned if leg.resolved_at is not None]
            return [completed(case, contract, leg, params, less).belongs(leg.resolved_at) for leg in done]
        return [resolution(case, contract, leg, params, less) for leg in owned]
    if name == "wait_percentile":
        levels = yardsticks(contract, objective)
        return [one for leg in legs if (one := wait(case, contract, leg, params, less, levels, objective))]
    return [one for leg in legs if (one := share(case, leg, name))]


def attributed(case, leg, params, less):
    """The instant by which a leg belongs to a window; now, while that has not come."""
    by = params.get("attribution", "arrival")
    if by == "arrival":
        return leg.offered
    if by == "outcome":
        return leg.outcome_at if leg.outcome else case.now
    if by == "disconnect":
        told = [at for at in (leg.ended, leg.outcome_at) if at is not None]
        return told[0] if told else case.now
    limit = length(params["T"]) - less
    begun = min(leg.offered, leg.started_at) if params.get("clockStart") == "arrival" else leg.offered
    late = max(leg.offered, begun + limit + 1)
    if leg.outcome:
        return min(leg.outcome_at, late)
    return late if late <= case.now else case.now


def in_scope(case, contract, objective, leg):
    spec, own = contract["spec"], objective.get("scope", {})
    scope = spec.get("scope", {})
    lines = own.get("lines") or scope.get("lines")
    sites = own.get("sites") or scope.get("sites")
    families = own.get("families")
    return (
        leg.provider == spec["parties"]["provider"]
        and (not lines or leg.queue in lines)
        and (not sites or leg.site in sites)
        and (not own.get("channels") or leg.channel in own["channels"])
        and (not own.get("reasons") or leg.reason in own["reasons"])
        and (not families or (leg.reason and case.network.families.get(leg.reason) in families))
    )


def service_level(case, leg, indicator, params, less):
    queue = case.network.queues[leg.queue]
    formula = indicator.get("variant", "SL-" + queue.get("formula", "b"))[-1]
    given = length(params["T"]) if "T" in params else length(queue.get("threshold", "20s"))
    limit = given - less
    short = length(params["shortAbandon"]) if "shortAbandon" in params else length(queue.get("short_abandon", "5s"))
    before = leg.offered - leg.started_at if params.get("clockStart") == "arrival" else 0
    waited = leg.wait + max(0, before)
    within, brief = waited <= limit, waited <= min(short, limit)
    if leg.outcome is None:
        if within:
            return Contact(leg, [0], 0, pending=True)
        return None if formula == "f" else Contact(leg, [0], 1)
    if leg.outcome == "answered":
        return Contact(leg, [int(within)], 1)
    if leg.outcome == "abandoned":
        out = {"c": brief, "d": within, "f": True}.get(formula, False)
        credited = {"e": within, "g": brief}.get(formula, False)
        return None if out else Contact(leg, [int(credited)], 1)
    overflow = params.get("overflow")
    joins = formula == "a" if overflow is None else overflow == "miss"
    return Contact(leg, [0], 1) if joins else None


def role_clock(case, contract, role, leg):
    """The clock of a role of the contract's calendars; the queue's own where the contract names none."""
    calendars = contract["spec"].get("calendars", {})
    if role == "always":
        return case.network.clock(None)
    if role == "site":
        return case.network.clock(calendars.get("site", {}).get(leg.site))
    named = calendars.get(role)
    return case.network.clock(named["ref"] if named else leg.calendar)


def first_response(case, contract, leg, params, less):
    limit = length(params["within"]) - less
    clock = role_clock(case, contract, params.get("calendar", "promise"), leg)
    took = clock(leg.offered, leg.until)
    over = clock(leg.offered, case.now) >= limit and (leg.outcome is not None or took > limit)
    if not over:
        return Contact(leg, [0], 0, pending=True)
    return Contact(leg, [int(leg.outcome == "answered" and took <= limit)], 1)


def resolution(case, contract, leg, params, less):
    limit = length(params["within"]) - less
    days = params.get("reopenDays", case.network.durable_days)
    role = "promise" if params.get("clock") == "business" else "always"
    clock = role_clock(case, contract, role, leg)
    stands = durable(leg, days)
    good = stands and clock(leg.first_offered, leg.resolved_at) <= limit
    over = clock(leg.first_offered, case.now) >= limit
    if not stands and not over:
        return Contact(leg, [0], 0, pending=True)
    settled = clock(leg.first_offered, case.now - days * DAY) >= limit
    return Contact(leg, [int(good)], 1, unsettled=good and not settled)


def completed(case, contract, leg, params, less):
    """A resolved contact: good when it was resolved in time and stays resolved."""
    limit = length(params["within"]) - less
    days = params.get("reopenDays", case.network.durable_days)
    clock = role_clock(case, contract, "promise" if params.get("clock") == "business" else "always", leg)
    good = durable(leg, days) and clock(leg.first_offered, leg.resolved_at) <= limit
    settled = clock(leg.first_offered, case.now - days * DAY) >= limit
    return Contact(leg, [int(good)], 1, unsettled=good and not settled)


def yardsticks(contract, objective):
    """Every level that a result is compared with, in its finest unit."""
    bands = contract["spec"].get("commercial", {}).get("bands", {}).get(objective["name"], [])
    named = [objective["levels"].get(name) for name in ("floor", "expected", "target")]
    bounds = [band.get(key) for band in bands for key in ("above", "upTo")]
    slices = [objective.get("consistency", {}).get("sliceTarget")]
    return {level: length(level) for level in named + bounds + slices if level is not None}


def wait(case, contract, leg, params, less, levels, objective):
    if leg.outcome not in ("answered", None):
        return None
    waited = role_clock(case, contract, params.get("calendar", "always"), leg)(leg.offered, leg.until)
    reached = {name: int(waited <= level - less) for name, level in levels.items()}
    expected = objective["levels"]["expected"]
    if leg.outcome is None and reached[expected]:
        return Contact(leg, dict.fromkeys(reached, 0), 0, pending=True)
    if leg.outcome is None:
        reached = {name: int(reached[name] and levels[name] >= levels[expected]) for name in levels}
        return Contact(leg, reached, 1, unsettled=True)
    return Contact(leg, reached, 1)


def share(case, leg, name):
    open_now = leg.outcome is None
    queue = case.network.queues[leg.queue]
    overdue = open_now and leg.wait > length(queue.get("threshold", "20s"))
    if name in ("response_rate", "abandonment_rate"):
        if open_now and not overdue:
            return Contact(leg, [0], 0, pending=True)
        hit = "answered" if name == "response_rate" else "abandoned"
        return Contact(leg, [int(leg.outcome == hit)], 1, unsettled=overdue)
    days = case.network.durable_days
    if name == "resolution_rate":
        mature = case.now - leg.started_at >= days * DAY
        if open_now and not overdue:
            return Contact(leg, [0], 0, pending=True)
        if not leg.owner or leg.outcome != "answered":
            return None
        return Contact(leg, [int(durable(leg, days))], 1) if mature else Contact(leg, [0], 0, pending=True)
    raise ValueError(f"the indicator {name} is not generated")


def spans(window, period, zone):
    """Windows that end in a period; where none does, the one that holds its end."""
    number, unit = int(window["duration"][:-1]), window["duration"][-1]
    first, last = period
    if window.get("isRolling"):
        ends = [first + datetime.timedelta(days=day) for day in range((last - first).days + 1)]
        return [(back(end, number, unit), end + datetime.timedelta(days=1)) for end in ends]
    starts = starts_of(window, number, unit, first, last)
    found = [(one, two) for one, two in zip(starts, starts[1:]) if first < two <= last + datetime.timedelta(days=1)]
    return found or [(one, two) for one, two in zip(starts, starts[1:]) if one <= last < two]


def back(end, number, unit):
    after = end + datetime.timedelta(days=1)
    if unit in "dw":
        return after - datetime.timedelta(days=number * (7 if unit == "w" else 1))
    return months(after, -number * {"M": 1, "Q": 3, "Y": 12}[unit])


def months(date, count):
    index = date.year * 12 + date.month - 1 + count
    year, month = divmod(index, 12)
    days = (datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return datetime.date(year, month + 1, min(date.day, days))


def starts_of(window, number, unit, first, last):
    """The days on which windows begin, around a period."""
    anchor = datetime.date(2001, 1, 1)
    if "calendar" in window:
        anchor = datetime.date.fromisoformat(window["calendar"]["startTime"][:10])
    if unit in "dw":
        step = number * (7 if unit == "w" else 1)
        begin = anchor + datetime.timedelta(days=((first - anchor).days // step - 1) * step)
        count = (last - begin).days // step + 3
        return [begin + datetime.timedelta(days=step * index) for index in range(count)]
    step = number * {"M": 1, "Q": 3, "Y": 12}[unit]
    gone = (first.year - anchor.year) * 12 + first.month - anchor.month
    begin = (gone // step - 2) * step
    count = ((last.year - first.year) * 12 + last.month - first.month) // step + 6
    return [months(anchor, begin + step * index) for index in range(count)]


def versions(case, name):
    """The versions of a contract with the spans in which they are in force."""
    all_of = [one for one in case.files if one["kind"] == "SlaContract" and one["metadata"]["name"] == name]
    all_of.sort(key=lambda one: (one["spec"]["inForce"]["from"], one["spec"]["inForce"]["version"]))
    zone = zoneinfo.ZoneInfo(all_of[0]["spec"]["zone"])
    found = []
    for contract in all_of:
        force = contract["spec"]["inForce"]
        start = day_start(datetime.date.fromisoformat(force["from"]), zone)
        end = 253_402_207_200_000_000
        if "to" in force:
            end = day_start(datetime.date.fromisoformat(force["to"]) + datetime.timedelta(days=1), zone)
        if found and found[-1][1] > start:
            found[-1][1] = start
        found.append([start, end, contract])
    return found


def standing(claim, rule, zone, as_of):
    """accepted, pending or refused."""
    begin = micros(claim["from"])
    if "until" in rule and begin >= day_start(datetime.date.fromisoformat(rule["until"]) + datetime.timedelta(days=1), zone):
        return "refused"
    lacks = False
    if "notifyWithin" in rule:
        latest = begin + length(rule["notifyWithin"])
        told = micros(claim["notifiedAt"]) if "notifiedAt" in claim else None
        if told is not None and told <= as_of:
            if told > latest:
                return "refused"
        elif as_of <= latest:
            lacks = True
        else:
            return "refused"
    if rule.get("needsEvidence") and not ("evidence" in claim and micros(claim.get("evidenceAt", "1970-01-01T00:00:00Z")) <= as_of):
        lacks = True
    by = {one["party"] for one in claim.get("accepted", []) if micros(one["at"]) <= as_of}
    wanted = {"both": {"client", "provider"}}.get(rule.get("acceptedBy", "both"), {rule.get("acceptedBy")})
    return "pending" if lacks or not wanted <= by else "accepted"


def reliefs(case, contract, objective, piece):
    """What claims do to a piece of a window: the ids dropped, waived and shown."""
    spec = contract["spec"]
    zone = zoneinfo.ZoneInfo(spec["zone"])
    rules = {rule["id"]: rule for rule in spec.get("exclusions", [])}
    done = {"dropped": set(), "waived": set(), "shown": set()}
    params = objective["indicator"].get("params", {})
    elsewhere = params.get("attribution", "arrival") != "arrival" or params.get("cohort") == "completed_in"
    # Contacts that belong to it by another instant may have been offered, and dropped, long before.
    reach = piece[0] - 92 * DAY if elsewhere else piece[0]
    for claim in claims_of(case, contract):
        start, end = micros(claim["from"]), micros(claim["to"])
        if max(start, reach) >= min(end, piece[1]):
            continue
        touched = max(start, piece[0]) < min(end, piece[1])
        rule = rules.get(claim["exclusion"])
        accepted = rule is not None and standing(claim, rule, zone, case.as_of) == "accepted"
        effect = rule["effect"] if rule else None
        if effect == "drop_contacts" and accepted:
            done["dropped"].add(claim["id"])
            continue
        if not touched:
            continue
        own = objective.get("scope", {})
        touches = all(
            not claim.get(key) or not own.get(key) or set(claim[key]) & set(own[key]) for key in ("lines", "sites")
        )
        if touches:
            done["waived" if effect == "waive_window" and accepted else "shown"].add(claim["id"])
    return done


def claims_of(case, contract):
    name = contract["metadata"]["name"]
    files = [one for one in case.files if one["kind"] == "SlaClaims" and one["metadata"]["contract"] == name]
    return [claim for file in files for claim in file["claims"]]


def dropped(case, contract, leg, ids):
    """Whether an accepted claim covers a leg."""
    rules = {rule["id"]: rule for rule in contract["spec"].get("exclusions", [])}
    for claim in claims_of(case, contract):
        if claim["id"] not in ids or not micros(claim["from"]) <= leg.offered < micros(claim["to"]):
            continue
        reasons = rules[claim["exclusion"]].get("reasons", [])
        lines, sites = claim.get("lines", []), claim.get("sites", [])
        if (not lines or leg.queue in lines) and (not sites or leg.site in sites) and (not reasons or leg.reason in reasons):
            return True
    return False


def locked(case, contract, day):
    """The forecast that counts for a day."""
    name, forecast = contract["metadata"]["name"], contract["spec"].get("forecast", {})
    last = day - datetime.timedelta(days=1)
    if "lockedAt" in forecast:
        last = day.replace(day=1) - datetime.timedelta(days=int(forecast["lockedAt"].split("d")[0]))
    issues = [one for one in case.files if one["kind"] == "SlaForecast" and one["metadata"]["contract"] == name]
    issues = [one for one in issues if one["issuedOn"] <= str(last) and str(day) in one["days"]]
    return max(issues, key=lambda one: one["issuedOn"])["days"][str(day)] if issues else None


def volume(case, contract, day, ids):
    """The contacts of a contract on a local day, in order, without those that claims drop."""
    spec = contract["spec"]
    zone = zoneinfo.ZoneInfo(spec["zone"])
    legs = [leg for leg in case.legs if leg.counted and in_scope(case, contract, {}, leg)]
    legs = [leg for leg in legs if local_day(leg.offered, zone) == day and not dropped(case, contract, leg, ids)]
    return sorted(legs, key=lambda leg: leg.offered)


def came(case, contract, objective, piece):
    """Contacts received and expected of a piece until now, and what is lacking where that is too much: hold or assume_miss."""
    rule = contract["spec"].get("data", {}).get("completeness")
    if rule is None:
        return None
    zone = zoneinfo.ZoneInfo(contract["spec"]["zone"])
    offered = [leg.offered for leg in case.legs if leg.counted and in_scope(case, contract, objective, leg)]
    received = expected = 0
    date, end = local_day(piece[0], zone), min(piece[1], case.now)
    while day_start(date, zone) < end:
        day = day_start(date, zone), day_start(date + datetime.timedelta(days=1), zone)
        part = max(day[0], piece[0]), min(day[1], end)
        of_day = sum(part[0] <= at < part[1] for at in offered)
        told = declared(case, contract, objective, date) if part == day else None
        received, expected = received + of_day, expected + max(of_day, told or 0)
        date += datetime.timedelta(days=1)
    short = received < exact(rule["minShare"]) * expected
    return {"received": received, "expected": expected, "short": rule["onShortfall"] if short else None}


def declared(case, contract, objective, date):
    """What the provider declares of a day for an objective; of some sites, channels or reasons nothing."""
    own = objective.get("scope", {})
    if any(own.get(limit) for limit in ("sites", "channels", "reasons", "families")):
        return None
    files = [one for one in case.files if one["kind"] == "SlaDelivery"]
    files.sort(key=lambda one: one["declaredOn"], reverse=True)
    total = [one["days"][str(date)] for one in files if str(date) in one.get("days", {})]
    if total:
        return total[0]
    lines = contract["spec"].get("scope", {}).get("lines") or []
    found = []
    for line in lines:
        of_line = [one["lines"][line][str(date)] for one in files if str(date) in one.get("lines", {}).get(line, {})]
        found.append(of_line[0] if of_line else None)
    return sum(found) if found and None not in found else None


class Days:
    """Volumes, forecasts and weights of the days of a piece."""

    def __init__(self, case, contract, piece, ids):
        zone = zoneinfo.ZoneInfo(contract["spec"]["zone"])
        forecast = contract["spec"].get("forecast", {})
        self.zone, self.rule = zone, forecast.get("overVolume", {})
        self.over = exact(forecast.get("tolerance", {}).get("over", 0))
        self.foreseen, self.came = {}, {}
        date = local_day(piece[0], zone)
        while day_start(date, zone) < piece[1]:
            day_forecast = locked(case, contract, date)
            if day_forecast is not None:
                self.foreseen[date] = day_forecast
                self.came[date] = volume(case, contract, date, ids)
            date += datetime.timedelta(days=1)

    def allowed(self, date):
        return self.foreseen[date] * (1 + self.over)

    def weight(self, leg):
        """What a contact weighs: less than one on a surplus day, nothing after the allowed volume had come."""
        date = local_day(leg.offered, self.zone)
        if self.rule.get("relief") != "surplus_only" or date not in self.foreseen:
            return fractions.Fraction(1)
        came = self.came[date]
        if self.rule.get("surplusRule", "prorata") == "prorata":
            return min(fractions.Fraction(1), self.allowed(date) / len(came)) if came else fractions.Fraction(1)
        before = sum(1 for other in came if other.offered < leg.offered)
        return fractions.Fraction(int(before < int(self.allowed(date))))

    def waives(self):
        foreseen = sum(self.allowed(date) for date in self.foreseen)
        return self.rule.get("relief") == "waive_window" and sum(map(len, self.came.values())) > foreseen


class Bar:
    """What the share of good contacts must reach, or exceed."""

    def __init__(self, objective, level, higher):
        rounding = objective.get("rounding")
        rounded = rounding and rounding["when"] == "before_comparison"
        share = exact(level)
        self.exceed = False
        if not rounded:
            self.share = share if higher else 1 - share
            return
        unit = 100 * 10 ** rounding["decimals"]
        half = fractions.Fraction(1, 2)
        if higher:
            steps = -((-share * unit) // 1)
            self.share = max(fractions.Fraction(0), (steps - half) / unit)
        else:
            steps = (share * unit) // 1
            self.share = 1 - (steps + half) / unit
            self.exceed = self.share >= 0
            self.share = max(fractions.Fraction(0), self.share)

    def reached(self, good, total):
        lacking = self.share * total - good
        return total > 0 and (lacking < 0 if self.exceed else lacking <= 0)


def judged(case, contract, objective, all_contacts, piece):
    """The result of a piece of a window."""
    inside = [one for one in all_contacts if piece[0] <= one.at < piece[1]]
    relief = reliefs(case, contract, objective, piece)
    days = Days(case, contract, piece, relief["dropped"])
    name = objective["indicator"]["ref"]
    percentile = name == "wait_percentile"
    higher = name not in ("abandonment_rate", "reopened_rate")
    p = exact(objective["indicator"].get("params", {}).get("p", 0))

    def good(one, level):
        count = one.counts[level] if percentile else one.counts[0]
        return count if higher or percentile else one.total - count

    def bar(level):
        if percentile:
            return Bar({}, p, True)
        return Bar(objective, level, higher)

    kept = [one for one in inside if not dropped(case, contract, one.leg, relief["dropped"])]
    pending = sum(one.pending for one in kept)
    chronological = days.rule.get("surplusRule") == "chronological"
    weights = {id(one): days.weight(one.leg) for one in kept}
    if chronological:
        kept = [one for one in kept if weights[id(one)] > 0]

    complete = came(case, contract, objective, piece)
    short = complete["short"] if complete else None
    missing = complete["expected"] - complete["received"] if short == "assume_miss" else 0

    def tally(level):
        total = sum((weights[id(one)] * one.total for one in kept), fractions.Fraction(missing))
        return sum((weights[id(one)] * good(one, level) for one in kept), fractions.Fraction(0)), total

    expected = objective["levels"]["expected"]
    counted_good, counted_total = tally(expected)
    found = {
        "reliefs": {key: sorted(ids) for key, ids in relief.items()},
        "over": piece[1] <= case.now,
        "pending": pending,
        "kept_pending": sum(one.pending for one in kept),
        "good": counted_good,
        "total": counted_total,
        "all_total": sum(one.total for one in inside),
        "all_good": sum(good(one, expected) for one in inside if one.total),
        "dropped": sum(one.total for one in inside) - sum(
            one.total for one in inside if not dropped(case, contract, one.leg, relief["dropped"])
        ),
        "surplus": any(weight < 1 for weight in weights.values()),
        "slices": slices(contract, objective, kept, good, bar, days.zone),
        "complete": complete,
        "held": short == "hold",
    }
    sample = sum(one.total for one in kept) + missing
    least = objective.get("minSample", 0)
    if relief["waived"]:
        return found | {"state": "excused", "because": {"waived": sorted(relief["waived"])}}
    if days.waives():
        return found | {"state": "excused", "because": "surplus_volume"}
    if short == "hold":
        return found | {"state": "not_enough_data", "because": "incomplete_data"}
    if counted_total == 0:
        return found | {"state": "not_enough_data", "because": "no_contacts"}
    if sample < least:
        return found | {"state": "not_enough_data", "because": {"small_sample": [sample, least]}}

    def reached(level):
        return bar(level).reached(*tally(level))

    met = reached(expected) and (found["slices"] is None or found["slices"]["met"] is not False)
    bound = bar(expected)
    lacking = bound.share * counted_total - counted_good
    found |= {
        "state": "met" if met else "breached",
        "because": None,
        "floor": reached(objective["levels"]["floor"]) if "floor" in objective["levels"] else None,
        "target": reached(objective["levels"]["target"]) if "target" in objective["levels"] else None,
        "margin": -(lacking // 1 + 1) if bound.exceed else -math.ceil(lacking),
        "settled": not any(one.pending or one.unsettled for one in kept),
        "band": band(contract, objective, reached, met),
    }
    return found


def slices(contract, objective, kept, good, bar, zone):
    rule = objective.get("consistency")
    if rule is None:
        return None
    size, least = length(rule["slice"]), max(1, rule.get("minContactsPerSlice", 1))
    groups = collections.defaultdict(lambda: [0, 0])
    for one in kept:
        start = day_start(local_day(one.at, zone), zone)
        group = groups[start, (one.at - start) // size]
        group[0] += good(one, rule["sliceTarget"]) if one.total else 0
        group[1] += one.total
    target = bar(rule["sliceTarget"])
    big = [(hits, total) for hits, total in groups.values() if total >= least]
    meeting = sum(target.reached(hits, total) for hits, total in big)
    share_met = exact(rule["minShareOfSlices"]) * len(big) <= meeting if big else None
    small = sum(1 for _, total in groups.values() if total < least)
    return {"meeting": meeting, "counted": len(big), "small": small, "met": share_met}


def band(contract, objective, reached, met):
    commercial = contract["spec"].get("commercial", {})
    if objective["name"] not in commercial.get("allocation", {}):
        return None
    bands = commercial.get("bands", {}).get(objective["name"]) or [{"below": objective["levels"]["expected"], "credit": 1}]
    for position, one in enumerate(bands):
        reaches = one.get("from", one.get("upTo"))
        misses = one.get("below", one.get("above"))
        due = "bonus" not in one or met
        if due and (reaches is None or reached(reaches)) and (misses is None or not reached(misses)):
            return position
    return None


def windows(case, period):
    """Every window of every contract that ends in a period, by contract, objective, length and bounds."""
    found = {}
    for name in sorted({one["metadata"]["name"] for one in case.files if one["kind"] == "SlaContract"}):
        for start, end, contract in versions(case, name):
            zone = zoneinfo.ZoneInfo(contract["spec"]["zone"])
            for objective in contract["spec"]["objectives"]:
                all_contacts = counted(case, contract, objective)
                for window in objective["timeWindow"]:
                    rolling = " rolling" if window.get("isRolling") else ""
                    for first, last in spans(window, period, zone):
                        bounds = day_start(first, zone), day_start(last, zone)
                        piece = max(start, bounds[0]), min(end, bounds[1])
                        if piece[0] >= piece[1] or piece[0] > case.now:
                            continue
                        key = name, objective["name"], window["duration"] + rolling, bounds, piece
                        found[key] = judged(case, contract, objective, all_contacts, piece)
                        found[key]["version"] = contract["spec"]["inForce"]["version"]
    return found


def money(contract, results, invoice):
    """Credits and bonuses in minor units, capped, of an invoice: by objective in order."""
    commercial = contract["spec"].get("commercial")
    if commercial is None or commercial["mode"] == "coaching":
        return None
    at_risk, lines = exact(commercial["atRisk"]), []
    for name, result in results:
        objective = next(one for one in contract["spec"]["objectives"] if one["name"] == name)
        if name not in commercial["allocation"]:
            continue
        pool = exact(commercial["pools"][objective.get("class", "standard")])
        stake = invoice * at_risk * pool * exact(commercial["allocation"][name])
        bands = commercial.get("bands", {}).get(name) or [{"credit": 1}]
        one = bands[result["band"]] if result.get("band") is not None else {}
        lines.append((name, half_up(stake * exact(one.get("credit", 0))), half_up(stake * exact(one.get("bonus", 0)))))
    cap = int(invoice * at_risk)
    credits = capped([credit for _, credit, _ in lines], cap)
    bonuses = capped([bonus for _, _, bonus in lines], cap)
    return {"cap": cap, "lines": [(name, credit, bonus) for (name, _, _), credit, bonus in zip(lines, credits, bonuses)]}


def half_up(amount):
    return int(amount + fractions.Fraction(1, 2))


def capped(amounts, cap):
    return amounts if sum(amounts) <= cap else apportioned(cap, amounts)


def apportioned(whole, weights):
    """A whole shared out in proportion, to the unit; the largest remainders get one more, the first of equals first."""
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    parts = [whole * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: -(whole * weights[index] % total))
    for index in order[: whole - sum(parts)]:
        parts[index] += 1
    return parts
