#!/usr/bin/python3
"""check_truth: are these alerts what the scenario's truth asks for?

    check_truth.py NAME.truth.json ALERTS.ndjson

Says each thing that is missing or forbidden, a line each; exit 1 if there is any.
"""
import json
import sys

LEVELS = {"inventory": 1, "low": 21, "medium": 47, "high": 73}


def concerns(alert, want):
    related = alert.get("related", {})
    if "person" in want and want["person"] not in related.get("user", []):
        return False
    return "entity" not in want or want["entity"] in related.get("ip", [])


def shows(alert, want):
    return "signal" not in want or want["signal"] in alert.get("farhand", {}).get("signals", [])


def matches(alert, want):
    """The finding's own level counts, not the case's: a case grows with all that is in it."""
    if alert.get("rule", {}).get("id") != want["rule"] and want["rule"] != "*":
        return False
    level = alert.get("farhand", {}).get("level", "inventory")
    return LEVELS[level] >= LEVELS[want["at_least"]] and concerns(alert, want) and shows(alert, want)


def wrongs(truth, alerts):
    for want in truth["expect"]:
        if not any(matches(alert, want) for alert in alerts):
            yield f"missing: {json.dumps(want)}"
    for want in truth["forbid"]:
        for alert in alerts:
            if matches(alert, want):
                yield f"forbidden ({want['rule']}): {alert['message']}"
    if "alerts" in truth and len({alert["event"]["id"] for alert in alerts}) != truth["alerts"]:
        yield f"expected {truth['alerts']} alerts of different ids, found {len(alerts)}"


def main():
    with open(sys.argv[1]) as f:
        truth = json.load(f)
    with open(sys.argv[2]) as f:
        alerts = [json.loads(line) for line in f]
    found = list(wrongs(truth, alerts))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
