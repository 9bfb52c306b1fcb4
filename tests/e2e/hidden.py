#!/usr/bin/python3
"""RD-03 on recorded sessions (tests/series), by the whole program and the card that is shipped.

Screens and shells inside other carriers are raised, ordinary sessions that look a little like them are not, and a
session in which the laptop is the viewer is not either.  One and two lanes say the same.  How well it does on all of
them is for scripts/evaluate.
"""
import os
import subprocess
import sys
import tempfile

import farhand

FOLDER = os.path.join(farhand.ROOT, "tests", "series")
SERIES = os.path.join(farhand.ROOT, "scripts", "record", "series.py")
RAISED = ["rdp-ssh-reverse-d5-l10-s1", "rdp-wireguard-d100-l0-s1", "rdp-stunnel-d5-l0-s2", "x11vnc-ssl-d5-l0-s1",
          "meshcentral-d20-l0-s3", "webrtc-share-d20-l0-s1", "pikvm-h264-d20-l0-s1", "shell-ssh-reverse-d20-l0-s2",
          "x11vnc-wireguard-d40-l0-s1", "spice-openvpn-d5-l0-s1", "telnet-stunnel-d20-l0-s2"]
QUIET = ["web-text-d5-l0-s1", "web-board-d5-l10-s1", "restic-rest-d100-l0-s1", "share-voice-d20-l0-s2",
         "camera-srt-d40-l0-s1", "logs-d40-l0-s1", "ssh-out-d5-l10-s1", "bulk-wireguard-d5-l0-s1",
         "rdp-out-d100-l0-s1", "pikvm-out-d5-l0-s1", "mosh-out-d20-l0-s1", "automation-d40-l10-s4"]


def alerts(name, scratch, lanes):
    pcap = os.path.join(scratch, name + ".pcap")
    subprocess.run([sys.executable, SERIES, "series2pcap", os.path.join(FOLDER, name + ".series.xz"), pcap], check=True)
    return farhand.replay([pcap], "--lanes", str(lanes), "--alerts", "-")[0]


def main():
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name in RAISED + QUIET:
            text = alerts(name, scratch, 1)
            hidden = [a for a in farhand.lines(text, farhand.ALERT) if a["rule"]["id"] == "RD-03"]
            told = bool(hidden)
            if told != (name in RAISED):
                wrong += 1
                print(f"{name}: {hidden[0]['message'] if told else 'nothing was said'}")
            for a in hidden:
                if a["farhand"]["level"] not in ("low", "medium") or len(a["farhand"]["evidence"]) < 4:
                    wrong += 1
                    print(f"{name}: level {a['farhand']['level']}, {len(a['farhand']['evidence'])} signals")
        for name in RAISED[:2]:
            if alerts(name, scratch, 2) != alerts(name, scratch, 1):
                wrong += 1
                print(f"{name}: two lanes say otherwise")
    print(f"{len(RAISED) + len(QUIET)} sessions, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
