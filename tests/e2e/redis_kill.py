#!/usr/bin/python3
"""Redis is killed and restarted in the middle of a replay of 10,000 alerts: all arrive, in order, none twice.

Once with an append-only file, as in production, and once without any persistence, where Redis comes back empty.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import farhand

N = 10000
KEY = "farhand:alerts"

if shutil.which("redis-server") is None:
    farhand.skip("no redis-server")


class Redis:
    def __init__(self, folder, *options):
        self.folder, self.options = folder, options
        self.socket = os.path.join(folder, "redis.sock")
        self.start()

    def start(self):
        self.server = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--dir", self.folder, "--save", "", *self.options],
            stdout=subprocess.DEVNULL)
        for _ in range(600):
            if self.ask("PING") == b"PONG\n":
                return
            time.sleep(0.05)
        raise AssertionError("redis-server does not come up")

    def ask(self, *words):
        done = subprocess.run(["redis-cli", "-s", self.socket, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return done.stdout

    def kill(self, how=signal.SIGKILL):
        self.server.send_signal(how)
        self.server.wait()

    def ids(self):
        """The ids of all alerts in the stream, in its order."""
        words = self.ask("--raw", "XRANGE", KEY, "-", "+").decode().split("\n")
        return [words[i + 1] for i, w in enumerate(words[:-1]) if w == "id"]


def run(capture, *redis_options):
    with tempfile.TemporaryDirectory() as folder:
        redis = Redis(folder, *redis_options)
        sent = os.path.join(folder, "alerts.ndjson")
        sensor = subprocess.Popen([farhand.FARHAND, "replay", "--redis", "unix:" + redis.socket, "--alerts", sent,
                                   "--patience", "60", capture], stderr=subprocess.PIPE)
        try:
            while int(redis.ask("XLEN", KEY) or 0) < N // 4 and sensor.poll() is None:
                time.sleep(0.002)
            at = redis.ask("XLEN", KEY).decode().strip()
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
            told = [a["event"]["id"] for a in farhand.lines(f.read())]
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
