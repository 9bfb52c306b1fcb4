"""names: lookups as a person's pages cause them: bursts of names, then reading.

    negative_names.py SEED SECONDS      asks 127.0.0.1:53
"""
import random
import socket
import struct
import sys
import time

import person

KINDS = (1, 28, 65)  # A, AAAA, HTTPS


def ask(sock, dice, name):
    question = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    for kind in KINDS[:dice.randint(1, 3)]:
        sock.send(struct.pack(">HHHHHH", dice.randrange(65536), 0x0100, 1, 0, 0, 0) + question + struct.pack(">HH", kind, 1))


def main(seed, seconds):
    dice = random.Random(seed)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect(("127.0.0.1", 53))
    sock.setblocking(False)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(dice.randint(2, 16)):
            ask(sock, dice, f"{dice.choice(person.WORDS)}{dice.randrange(99)}.{dice.choice(person.WORDS)}.{dice.choice(('example', 'test'))}")
            time.sleep(min(1, dice.lognormvariate(-3.2, 1)))
        time.sleep(min(40, dice.lognormvariate(1.6, 0.9)))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
