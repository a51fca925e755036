"""Computes open time of calendars by another road and compares it with the answers given.

    python open_time.py < CASES

One case a line, JSON: `network`, a network file with one calendar in one or more entries; `from` and `to`, a window in
microseconds since 1970, on whole minutes; `questions`, each with instants `a` and `b` and a length `open_us` of open
time in the window, and the answers `is_open` (at a), `between_us` (open time from a to b) and `due` (the earliest instant
at which `open_us` of open time has passed since a).

Nothing is converted from local time to UTC here. Every minute of the window is shown on the clocks of the zone, as
`zoneinfo` has them, and is open when that date and time are; the open minutes are counted.

Standard library only. Exit status: 0 all answers are equal, 1 some differ (the first ones are printed), 2 the comparison
could not be made.
"""

import bisect
import datetime
import itertools
import json
import sys
import zoneinfo

MINUTE = 60_000_000
SHOWN = 10


class CannotCompare(Exception):
    """The cases do not say what they should."""


def minutes(text):
    """`08:30` as minutes since midnight."""
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def stretches(texts):
    """Texts such as `08:00-12:30` as pairs of minutes."""
    return [tuple(minutes(bound) for bound in text.split("-")) for text in texts]


class Entry:
    """What holds from a date on."""

    DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    def __init__(self, written):
        self.start = datetime.date.fromisoformat(written["from"]) if "from" in written else datetime.date.min
        self.weekly = [stretches(written["weekly"].get(day, [])) for day in self.DAYS]
        self.dated = {}
        for holiday in written.get("holidays", []):
            date = holiday["date"] if isinstance(holiday, dict) else holiday
            self.dated[datetime.date.fromisoformat(date)] = []
        for override in written.get("overrides", []):
            self.dated[datetime.date.fromisoformat(override["date"])] = stretches(override["hours"])

    def hours(self, date):
        return self.dated[date] if date in self.dated else self.weekly[date.weekday()]


class Window:
    """The open minutes of a window, counted."""

    def __init__(self, case):
        written = case["network"]["calendars"]
        zone = zoneinfo.ZoneInfo(next(entry["zone"] for entry in written if "zone" in entry))
        entries = sorted((Entry(entry) for entry in written), key=lambda entry: entry.start)
        if case["from"] % MINUTE or case["to"] % MINUTE:
            raise CannotCompare("a window begins and ends on a whole minute")
        self.start = case["from"]
        hours_of = {}
        self.open = []
        for minute in range(case["from"] // MINUTE, case["to"] // MINUTE):
            shown = datetime.datetime.fromtimestamp(minute * 60, zone)
            if shown.second:
                raise CannotCompare(f"{zone} is not at whole minutes from UTC in {shown.year}")
            date = shown.date()
            if date not in hours_of:
                hours_of[date] = [entry for entry in entries if entry.start <= date][-1].hours(date)
            time = shown.hour * 60 + shown.minute
            self.open.append(any(opens <= time < closes for opens, closes in hours_of[date]))
        self.before = list(itertools.accumulate(self.open, initial=0))

    def reading(self, at):
        """Open time of the window before an instant."""
        minute, rest = divmod(at - self.start, MINUTE)
        inside = minute < len(self.open) and self.open[minute]
        return self.before[minute] * MINUTE + (rest if inside else 0)

    def answers(self, question):
        a, b, length = question["a"], question["b"], question["open_us"]
        target = self.reading(a) + length
        due = a
        if length:
            minute = bisect.bisect_left(self.before, -(-target // MINUTE))
            if minute > len(self.open):
                raise CannotCompare("a due time lies beyond its window")
            due = self.start + minute * MINUTE - (self.before[minute] * MINUTE - target)
        return {
            "is_open": self.open[(a - self.start) // MINUTE],
            "between_us": max(self.reading(b) - self.reading(a), 0),
            "due": due,
        }


def main():
    equal, changes, different = 0, 0, []
    for line in sys.stdin:
        case = json.loads(line)
        window = Window(case)
        for question in case["questions"]:
            for name, answer in window.answers(question).items():
                if question[name] != answer:
                    calendar = json.dumps(case["network"]["calendars"])
                    different.append(f"{name}: {question[name]} given, {answer} found: {question} of {calendar}")
            equal += 1
        changes += case["clock_changes"]
    if different:
        print(f"{len(different)} answers differ", *different[:SHOWN], sep="\n")
        return 1
    print(f"{equal} instants equal, in windows with {changes} clock changes")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CannotCompare, zoneinfo.ZoneInfoNotFoundError) as error:
        print(f"cannot compare: {error}", file=sys.stderr)
        sys.exit(2)
