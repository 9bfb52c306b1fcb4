#!/usr/bin/python3
"""Redis is killed and restarted in the middle of a replay of 10,000 alerts: all arrive, in order, none twice.

Once with an append-only file, as in production, and once without any persistence, where Redis comes back empty.
"""
import os
import subprocess
import sys
import tempfile
import time

import farhand
from redis_lab import Redis

N = 10000


def run(capture, *redis_options):
    with tempfile.TemporaryDirectory() as folder:
        redis = Redis(folder, *redis_options)
        sent = os.path.join(folder, "alerts.ndjson")
        sensor = subprocess.Popen([farhand.FARHAND, "replay", "--redis", redis.url, "--alerts", sent,
                                   "--patience", "60", capture], stderr=subprocess.PIPE)
        try:
            while redis.length() < N // 4 and sensor.poll() is None:
                time.sleep(0.002)
            at = redis.length()
            redis.kill()
            time.sleep(0.5)
            redis.start()
            _, err = sensor.communicate(timeout=300)
            assert sensor.returncode == 0, err.decode()
            ids = redis.ids()
        finally:
            sensor.kill()
            redis.kill()
        with open(sent, "rb") as f:
            told = [a["event"]["id"] for a in farhand.lines(f.read(), farhand.ALERT)]
    print(f"{' '.join(redis_options) or 'default'}: killed at {at}, {len(told)} told, {len(ids)} in the stream, {len(set(ids))} distinct")
    assert len(told) == N, len(told)
    assert len(set(ids)) == len(ids), "some are there twice"
    assert ids == told, "not all, or not in order"


with tempfile.TemporaryDirectory() as scratch:
    subprocess.run([os.path.join(farhand.ROOT, "scripts", "scenario"), "storm", scratch], check=True, stdout=subprocess.DEVNULL)
    storm = os.path.join(scratch, "storm.pcap")
    run(storm, "--appendonly", "yes", "--appendfsync", "always")
    run(storm, "--appendonly", "no")
sys.exit(0)
