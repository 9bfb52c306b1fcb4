"""What the end-to-end tests share: run farhand, read its lines, check them against the schemas."""
import json
import os
import subprocess
import sys

import jsonschema

ROOT = os.environ.get("FARHAND_ROOT") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("FARHAND_BUILD") or os.path.join(ROOT, "build", "ci")
FARHAND = os.path.join(BUILD, "sensor", "farhand")
LEVELS = {"inventory": 1, "low": 21, "medium": 47, "high": 73, "critical": 99}
SKIP = 77


def skip(why):
    print("skipped:", why)
    sys.exit(SKIP)


def validator(name):
    with open(os.path.join(ROOT, "docs", name)) as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


ALERT = validator("alert.schema.json")
FLOW = validator("flow.schema.json")


def replay(inputs, *options, timeout=600, good=(0,)):
    """Run a replay; returns (stdout bytes, stderr text).  Fails on any other exit status."""
    done = subprocess.run([FARHAND, "replay", *options, *inputs], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, timeout=timeout, cwd=ROOT)
    err = done.stderr.decode(errors="replace")
    # A sanitizer's exit status is 1 too, which some tests expect of inputs that are no captures.
    if done.returncode not in good or "Sanitizer" in err or "runtime error:" in err:
        raise AssertionError(f"replay {inputs} ended with {done.returncode}: {err[-2000:]}")
    return done.stdout, err


def lines(data, schema=None):
    """The JSON objects of NDJSON bytes, each checked against a schema."""
    out = []
    for n, line in enumerate(data.splitlines(), 1):
        item = json.loads(line)
        if schema is not None:
            wrong = next(schema.iter_errors(item), None)
            if wrong is not None:
                raise AssertionError(f"line {n}: {wrong.message} at {list(wrong.absolute_path)}: {line[:300]!r}")
        out.append(item)
    return out


def alerts(inputs, *options, **more):
    return lines(replay(inputs, *options, **more)[0], ALERT)
