#!/usr/bin/python3
"""Check NDJSON files against a JSON Schema.

    check_alerts.py SCHEMA FILE...      a FILE may be - for stdin

Says each mistake as FILE:LINE: where: what; exit 1 if there is one.  Needs
python3-jsonschema.  Beyond the schema, a line must be valid UTF-8 without a
repeated key, and an event.id may not stand twice in a file.
"""

import json
import sys

import jsonschema

MOST_SHOWN = 5  # mistakes of one line


def unique_keys(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("a key stands twice: " + ", ".join(sorted(k for k in set(keys) if keys.count(k) > 1)))
    return dict(pairs)


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


def check_line(raw, validator, seen):
    """The mistakes of one line, as texts."""
    try:
        document = json.loads(raw.decode("utf-8"), object_pairs_hook=unique_keys, parse_constant=no_constant)
    except ValueError as error:
        return [str(error)]
    mistakes = [
        f"{error.json_path}: {error.message[:200]}"
        for error in sorted(validator.iter_errors(document), key=lambda e: e.json_path)
    ]
    event_id = document.get("event", {}).get("id") if isinstance(document, dict) else None
    if event_id is not None and event_id in seen:
        mistakes.append(f"$.event.id: {event_id} stood in line {seen[event_id]} already")
    return mistakes


def check_file(name, validator):
    """Check one file; returns (lines, lines with mistakes)."""
    lines = bad = 0
    seen = {}
    with (sys.stdin.buffer if name == "-" else open(name, "rb")) as file:
        for lines, raw in enumerate(file, 1):
            mistakes = check_line(raw, validator, seen)
            if not mistakes:
                seen[json.loads(raw)["event"]["id"]] = lines
            bad += bool(mistakes)
            for mistake in mistakes[:MOST_SHOWN]:
                print(f"{name}:{lines}: {mistake}", file=sys.stderr)
    return lines, bad


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    total = total_bad = 0
    for name in arguments[1:]:
        lines, bad = check_file(name, validator)
        total += lines
        total_bad += bad
    print(f"{total} lines checked, {total_bad} with mistakes")
    return 1 if total_bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
