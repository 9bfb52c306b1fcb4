"""tracker: what a time tracker sends: pictures of the screen and counts, now and then; and it asks for its settings.

    negative_tracker.py SEED SECONDS ADDRESS
"""
import http.client
import random
import ssl
import subprocess
import sys
import time


def main(seed, seconds, address):
    dice = random.Random(seed)
    context = ssl._create_unverified_context()
    line = http.client.HTTPSConnection(address, 443, context=context, timeout=30)
    every = dice.choice((4, 8, 15))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        shot = subprocess.run(["import", "-window", "root", "-resize", "640x", "-quality", "55", "jpg:-"],
                              stdout=subprocess.PIPE, check=True).stdout
        line.request("POST", f"/upload?keys={dice.randrange(90)}&clicks={dice.randrange(9)}", body=shot)
        line.getresponse().read()
        if dice.random() < 0.3:
            line.request("GET", "/")
            line.getresponse().read()
        time.sleep(every * dice.uniform(0.7, 1.3))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
