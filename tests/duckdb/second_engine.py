"""Runs the statements of queries/ in DuckDB and compares its rows with those that another engine gave (E1).

    python second_engine.py DIR [--each]

DIR holds one folder per case, each with one folder per situation. A situation is a few tables (`<table>.parquet`), and
`steps.json`: statements to be run in turn, each with the values of parameters, the file of the rows that are expected
and, where later statements read its rows, the table they are kept as. DuckDB reads its own rows from then on,
never those of the other engine. Rows are compared as multisets, exactly: instants as microseconds, integers of any width
as integers, no tolerance.

Exit status: 0 all rows are equal, 1 some differ (the first difference is printed; with `--each`, that of each case), 2 the comparison could not be made.
"""

import collections
import datetime
import json
import pathlib
import re
import sys

try:
    import duckdb
except ImportError:
    print("the Python module duckdb is missing; `make venv` installs it", file=sys.stderr)
    sys.exit(2)

QUERIES = pathlib.Path(__file__).resolve().parents[2] / "queries"

# The whole dialect: pattern, replacement, reason.
REWRITES = [
    (r"\bfirst_value\(", "first(", "as an aggregate with an order, it is called first; first_value is a window function"),
    (r"\blast_value\(", "last(", "likewise"),
    (
        r"\bCAST\(((?:\w+\.)?(?:time|\w+_at)|\$now) AS BIGINT\)",
        r"epoch_us(\1)",
        "an instant does not cast to an integer, its microseconds have a function",
    ),
]

# Types of parameters as the statements' headers name them. Bound values carry no type when null or empty.
TYPES = {
    "timestamp": "TIMESTAMPTZ",
    "bigint": "BIGINT",
    "bigint?": "BIGINT",
    "text": "VARCHAR",
    "text?": "VARCHAR",
    "text[]": "VARCHAR[]",
    "boolean": "BOOLEAN",
}

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class Difference(Exception):
    """Two engines, two answers."""


def statements():
    """The texts of queries/ by id."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(QUERIES.rglob("*.sql"))]
    return {re.match(r"-- id: (\w+)", text).group(1): text for text in texts}


def translated(text, params):
    """The text in DuckDB's dialect, and the values it binds."""
    text = re.sub(r"--.*", "", text)
    for pattern, replacement, _reason in REWRITES:
        text = re.sub(pattern, replacement, text)
    names = set(re.findall(r"\$(\w+)", text))
    text = re.sub(r"\$(\w+)", lambda found: f"CAST(${found[1]} AS {TYPES[params[found[1]]['type']]})", text)
    return text, {name: bound(**params[name]) for name in names}


def bound(type, value):
    """A value as Python hands it to DuckDB; instants come as microseconds."""
    return EPOCH + datetime.timedelta(microseconds=value) if type == "timestamp" else value


def columns(connection, table):
    """Names and kinds of a table's columns: integers of any width are one kind."""
    described = connection.execute(f"DESCRIBE {table}").fetchall()
    return [(row[0], "INTEGER" if row[1] in INTEGERS else row[1]) for row in described]


def plain(name, kind):
    """A column as it is compared."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f'epoch_us("{name}") AS "{name}"'
    if kind == "BIGINT[]":
        return f'CAST("{name}" AS VARCHAR) AS "{name}"'
    if kind == "TIMESTAMP WITH TIME ZONE[]":
        return f'CAST(list_transform("{name}", lambda moment: epoch_us(moment)) AS VARCHAR) AS "{name}"'
    return f'CAST("{name}" AS HUGEINT) AS "{name}"' if kind == "INTEGER" else f'"{name}"'


def compare(connection, where):
    """Raises the first difference between the tables `expected` and `result`."""
    ours, theirs = columns(connection, "result"), columns(connection, "expected")
    if ours != theirs:
        unlike = [(one, other) for one, other in zip(theirs, ours) if one != other]
        raise Difference(f"{where}: columns: expected {len(theirs)}, DuckDB gives {len(ours)}; first unlike: {unlike[:1]}")
    shown = ", ".join(plain(name, kind) for name, kind in ours)
    expected, result = (
        collections.Counter(connection.execute(f"SELECT {shown} FROM {table}").fetchall()) for table in ("expected", "result")
    )
    if expected != result:
        missing, extra = (sorted((some - other).elements(), key=repr) for some, other in ((expected, result), (result, expected)))
        raise Difference(f"{where}: " + first_difference([name for name, _ in ours], missing, extra))


def first_difference(names, missing, extra):
    """The first row that differs, beside the row of the other engine that is most like it."""
    row = (missing or extra)[0]
    key = ", ".join(f"{name}={value!r}" for name, value in list(zip(names, row))[:8])
    if not missing or not extra:
        return f"row ({key}) only in {'the expected rows' if missing else 'DuckDB'}"
    other = max(extra, key=lambda candidate: sum(one == two for one, two in zip(row, candidate)))
    name, one, two = next(three for three in zip(names, row, other) if three[1] != three[2])
    return f"row ({key}): column {name}: expected {one!r}, DuckDB gives {two!r}"


def run(connection, texts, directory):
    """One situation. Gives the ids of the statements that were compared."""
    connection.execute("USE memory.main; DROP SCHEMA IF EXISTS situation CASCADE; CREATE SCHEMA situation; USE situation")
    steps = json.loads((directory / "steps.json").read_text(encoding="utf-8"))
    for path in sorted(directory.glob("*.parquet")):
        if ".expected." not in path.name:
            connection.execute(f"CREATE TABLE {path.stem} AS FROM read_parquet('{path}')")
    for step in steps:
        where = f"{directory.parent.name}/{directory.name}: {step['statement']}"
        text, values = translated(texts[step["statement"]], step["params"])
        connection.execute(f"CREATE OR REPLACE TABLE result AS {text}", values)
        if step["expected"]:
            connection.execute(f"CREATE OR REPLACE TABLE expected AS FROM read_parquet('{directory / step['expected']}')")
            compare(connection, where)
        elif rows := connection.execute("SELECT count(*) FROM result").fetchone()[0]:
            raise Difference(f"{where}: expected no row, DuckDB gives {rows}")
        if step["keep"]:
            connection.execute(f"DROP TABLE IF EXISTS {step['keep']}; ALTER TABLE result RENAME TO {step['keep']}")
    return {step["statement"] for step in steps}


def main(directory, each=None):
    texts, seen, differ = statements(), set(), 0
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    cases = sorted(path for path in pathlib.Path(directory).iterdir() if path.is_dir())
    for case in cases:
        try:
            for steps in sorted(case.glob("*/steps.json")):
                seen |= run(connection, texts, steps.parent)
        except Difference as difference:
            print(difference)
            differ += 1
            if not each:
                break
    if differ:
        return 1
    print(f"{len(seen)} statements × {len(cases)} cases equal (DuckDB {duckdb.__version__})")
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main(*sys.argv[1:3]))
