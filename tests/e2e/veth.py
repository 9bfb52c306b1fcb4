"""What the live tests share: a network namespace of their own with a veth pair, t0 to m0, and a sensor on m0."""
import os
import shutil
import subprocess
import sys
import time

import farhand


def own_namespace(*tools):
    """Run this program again, alone in a network namespace; it is skipped where that is not allowed."""
    if os.environ.get("FARHAND_IN_NETNS") == "1":
        return
    for tool in ("ip", "unshare", "ethtool", *tools):
        if shutil.which(tool) is None:
            farhand.skip(f"no {tool}")
    if subprocess.run(["unshare", "-n", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        farhand.skip("may not make a network namespace")
    os.environ["FARHAND_IN_NETNS"] = "1"
    os.execvp("unshare", ["unshare", "-n", sys.executable, os.path.abspath(sys.argv[0])])


def make_pair():
    for words in (["link", "add", "t0", "type", "veth", "peer", "name", "m0"], ["link", "set", "t0", "up"],
                  ["link", "set", "m0", "up"]):
        subprocess.run(["ip", *words], check=True)
    for end in ("t0", "m0"):
        subprocess.run(["ethtool", "-K", end, "tso", "off", "gso", "off", "gro", "off"], check=True, stdout=subprocess.DEVNULL)


def wait_for(condition, seconds, what):
    for _ in range(int(seconds * 20)):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


def start_sensor(config, log, *options):
    open(log, "w").close()
    with open(log, "a") as f:
        sensor = subprocess.Popen([farhand.FARHAND, "live", "-c", config, *options], stderr=f)
    wait_for(lambda: "listening on" in open(log).read() or sensor.poll() is not None, 20, "the sensor")
    return sensor


def play(recording, speed=4):
    subprocess.run(["tcpreplay", "-i", "t0", "--multiplier", str(speed), recording], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def essence(alert):
    """What must be equal to a replay's.  Not so the clock, nor durations in words: the player is faster than life was."""
    ours = alert["farhand"]
    return (alert["rule"]["id"], alert["event"]["action"], alert["event"]["severity"],
            alert.get("network", {}).get("community_id"), alert["related"], ours["level"], ours["product"], ours["role"],
            ours["signals"], ours["against"])
