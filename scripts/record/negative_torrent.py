"""torrent: the two small things aria2 does not bring: a torrent file, a tracker.

    negative_torrent.py make FILE TRACKER-URL OUT.torrent
    negative_torrent.py track SEEDER-ADDRESS SEEDER-PORT      answers on port 6969

The formats are those of BEP 3.
"""
import hashlib
import http.server
import os
import sys

PIECE_BYTES = 65536


def bencode(what):
    if isinstance(what, int):
        return b"i%de" % what
    if isinstance(what, str):
        what = what.encode()
    if isinstance(what, bytes):
        return b"%d:%s" % (len(what), what)
    if isinstance(what, list):
        return b"l" + b"".join(bencode(w) for w in what) + b"e"
    return b"d" + b"".join(bencode(k) + bencode(what[k]) for k in sorted(what)) + b"e"


def make(path, tracker, out):
    with open(path, "rb") as f:
        data = f.read()
    pieces = b"".join(hashlib.sha1(data[i:i + PIECE_BYTES]).digest() for i in range(0, len(data), PIECE_BYTES))
    info = {"name": os.path.basename(path), "length": len(data), "piece length": PIECE_BYTES, "pieces": pieces}
    with open(out, "wb") as f:
        f.write(bencode({"announce": tracker, "info": info}))


def track(address, port):
    answer = bencode({"interval": 60, "peers": [{"peer id": "x" * 20, "ip": address, "port": int(port)}]})

    class Tracker(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    http.server.HTTPServer(("", 6969), Tracker).serve_forever()


if __name__ == "__main__":
    {"make": make, "track": track}[sys.argv[1]](*sys.argv[2:])
