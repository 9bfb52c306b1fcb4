#!/usr/bin/python3
"""A recording played over a veth pair gives live the same alerts as its replay; what a stopped sensor could not
deliver to Redis, the next one does.  With two lanes and a filter in the kernel it is the same, and of strangers' frames
nothing is captured.

A real RDP session past a mirror port is `scripts/record/live`, driven by tests/e2e/live_rdp; this test needs only
tcpreplay and the right to make a network namespace.
"""
import os
import re
import signal
import tempfile
import time

import farhand
import veth
from redis_lab import Redis
from veth import essence, play, start_sensor, wait_for

RECORDING = os.path.join(farhand.ROOT, "tests", "pcaps", "vnc.pcap")

veth.own_namespace("tcpreplay")


def filtered(folder, address, speed=4):
    """What two lanes tell of the recording where one person is bound to that address, and flows seen at its end."""
    config, log = os.path.join(folder, "filtered.yaml"), os.path.join(folder, "filtered.log")
    people, told = os.path.join(folder, "people.yaml"), os.path.join(folder, "filtered.ndjson")
    open(told, "w").close()
    with open(people, "w") as f:
        f.write(f"persons: [{{id: p, endpoints: [{{address: {address}}}]}}]\n")
    with open(config, "w") as f:
        f.write("sensor: here\nstate_dir: filtered\nalerts_file: filtered.ndjson\npeople: people.yaml\n"
                "lanes: 2\ncapture: endpoints\ninterfaces:\n  - {name: m0, vantage: inside}\n")
    sensor = start_sensor(config, log)
    try:
        play(RECORDING, speed)
        time.sleep(0.5)
        sensor.send_signal(signal.SIGTERM)
        sensor.wait(timeout=30)
    finally:
        sensor.kill()
    said = open(log).read()
    assert sensor.returncode == 0, said
    with open(told, "rb") as f:
        return farhand.lines(f.read(), farhand.ALERT), int(re.findall(r" flows=(\d+)", said)[-1])


with tempfile.TemporaryDirectory() as folder:
    veth.make_pair()
    redis = Redis(folder, start=False)
    config, log = os.path.join(folder, "farhand.yaml"), os.path.join(folder, "log")
    with open(config, "w") as f:
        f.write("sensor: here\nstate_dir: state\nalerts_file: alerts.ndjson\ninterfaces:\n  - {name: m0, vantage: inside}\n"
                f"redis: {{url: '{redis.url}'}}\n")
    sensor = start_sensor(config, log)
    try:
        play(RECORDING)
        told = os.path.join(folder, "alerts.ndjson")
        wait_for(lambda: os.path.exists(told) and os.path.getsize(told) > 0, 20, "an alert while it runs")
        sensor.send_signal(signal.SIGINT)
        wait_for(lambda: "delivering what is left" in open(log).read(), 30, "a word on the waiting for Redis")
        sensor.send_signal(signal.SIGTERM)
        sensor.wait(timeout=30)
    finally:
        sensor.kill()
    assert sensor.returncode == 3 and "; the store keeps them" in open(log).read(), open(log).read()
    live = farhand.lines(open(told, "rb").read(), farhand.ALERT)
    redis.start()
    sensor = start_sensor(config, log)
    try:
        wait_for(lambda: redis.length() == len(live), 30, "what the first could not deliver")
        sensor.send_signal(signal.SIGTERM)
        sensor.wait(timeout=30)
        ids = redis.ids()
    finally:
        sensor.kill()
        redis.kill()
    assert sensor.returncode == 0, open(log).read()
    assert ids == [a["event"]["id"] for a in live]
    assert len(open(told, "rb").read().splitlines()) == len(live), "told again"

    with_filter, flows = filtered(folder, "10.77.0.21")
    assert flows == 1 and [a["rule"]["id"] for a in with_filter] == [a["rule"]["id"] for a in live], (with_filter, flows)
    with_filter, flows = filtered(folder, "10.77.0.99", speed=100)
    assert flows == 0 and with_filter == [], (with_filter, flows)

replayed = farhand.alerts([RECORDING])
assert list(map(essence, live)) == list(map(essence, replayed)), (live, replayed)
assert all(a["farhand"]["mode"] == "live" for a in live)
print(f"{len(live)} alerts live, the same as replayed")
