"""trim: a recording made small: whole first frames of each conversation, then headers.

    trim.py IN.pcap OUT.pcap
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenarios"))
import captures  # noqa: E402

WHOLE, KEEP = 60, 160

captures.write(sys.argv[2], captures.trim(captures.read(sys.argv[1]), WHOLE, KEEP))
