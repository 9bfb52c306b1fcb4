#!/usr/bin/python3
"""pulse: sends DHCP acknowledgements that give new IP-KVMs their addresses, and prints each address and when.

    pulse.py INTERFACE FIRST COUNT GAP_SECONDS

The time is of the monotonic clock, taken before the packet is handed to the kernel.  The gap varies by half, so that
pulses do not keep step with timers.
"""
import os
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenarios"))
import captures  # noqa: E402

MAKER = bytes.fromhex("305253")  # JetKVM's block, in catalog/products.yaml
SERVER = bytes([10, 99, 0, 1])


def acknowledgement(n):
    """The frame [RFC 2131], and the address it gives."""
    mac, address = MAKER + struct.pack(">I", n)[1:], struct.pack(">I", 0x0A630100 + n)
    body = struct.pack(">BBBBIHH4s4s4s4s16s192x", 2, 1, 6, 0, n, 0, 0, bytes(4), address, SERVER, bytes(4), mac + bytes(10))
    body += bytes.fromhex("63825363" "350105" "330400000e10" "ff")
    return captures.ethernet(b"\2\0\0\0\0\1", mac, captures.udp(SERVER, address, 67, 68, body)), socket.inet_ntoa(address)


def main():
    interface, first, count, gap_s = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    peer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    peer.bind((interface, 0))
    due = time.monotonic()
    for n in range(first, first + count):
        frame, address = acknowledgement(n)
        time.sleep(max(0.0, due - time.monotonic()))
        at = time.monotonic()
        peer.send(frame)
        print(f"{address} {at:.6f}", flush=True)
        due = at + gap_s * (0.5 + n * 7 % 10 / 10)


main()
