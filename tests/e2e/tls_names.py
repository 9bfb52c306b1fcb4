#!/usr/bin/python3
"""A second opinion by tshark on every client hello of TLS, QUIC and DTLS in a corpus: server name, first ALPN, JA4.

  tls_names.py [-v] [DIRECTORY]      default: the labelled captures beside the project; skipped where absent

tshark decodes; JA4 is computed here anew from its fields.  A difference fails the test unless one of EXCUSES holds.
-v lists the excused too.
"""
import collections
import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import farhand

# How hellos begin, anywhere in a file: starting tshark takes half a second, so it sees only files that have some.
TLS = rb"\x16\x03[\x00-\x03]..\x01\x00..\x03[\x00-\x03]"
DTLS = rb"\x16(?:\xfe[\xff\xfd]|\x01\x00)\x00\x00.{8}\x01"
RESERVED = b"[" + bytes(range(0x0a, 0x100, 0x10)) + b"]{4}"  # versions of QUIC
QUIC = (rb"[\xc0-\xff](?:\x00\x00\x00\x01|k3C\xcf|\xff\x00\x00[\x15-\x22]|\xfa\xce\xb0.|[QT]05.|" + RESERVED +
        rb")[\x08-\x14]")
HELLO = re.compile(b"|".join((TLS, DTLS, QUIC)), re.DOTALL)
FRAME = ("frame.number", "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport",
         "udp.srcport", "udp.dstport", "tcp.seq", "tcp.len", "tcp.reassembled.length", "tls.record.content_type",
         "tls.handshake.fragment", "_ws.expert.message")
SAID = ("handshake.type", "handshake.version", "handshake.ciphersuite", "handshake.extension.type",
        "handshake.sig_hash_alg", "handshake.sig_hash_alg_len", "handshake.extensions_alpn_str",
        "handshake.extensions.supported_version", "handshake.extensions_server_name")
FIELDS = FRAME + tuple(f"{room}.{f}" for room in ("tls", "dtls") for f in SAID)
UNPRINTABLE = "\ufffd"  # tshark's, for bytes that are no UTF-8
VERSIONS = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2",
            0xfeff: "d1", 0xfefd: "d2", 0xfefc: "d3"}


class Hello:
    """The client hello of one frame, as tshark's fields tell it; a field's values are joined by |."""

    def __init__(self, fields):
        self.fields = fields
        self.layers = fields["frame.protocols"].split(":")
        self.room = "dtls" if "1" in fields["dtls.handshake.type"].split("|") else "tls"
        self.transport = next(x for x in reversed(self.layers) if x in ("tcp", "udp"))
        self.kind = "dtls" if self.room == "dtls" else "quic" if "quic" in self.layers else "tls"
        self.frame = int(fields["frame.number"])
        self.name = self.texts("handshake.extensions_server_name")[0].lower().rstrip(".")
        self.alpn = self.texts("handshake.extensions_alpn_str")[0]

    def texts(self, field):
        return self.fields[f"{self.room}.{field}"].split("|")

    def numbers(self, field):
        return [int(x, 0) for x in self.texts(field) if x]

    def codes(self, field):
        return without_grease(self.numbers(field))

    def last(self, field):
        """Of a field in several layers, such as a tunnel's, the innermost."""
        return self.fields[field].split("|")[-1]

    def ends(self):
        """Both ends, as the innermost headers have them."""
        ip = next(x for x in reversed(self.layers) if x in ("ip", "ipv6"))
        return self.transport, frozenset(
            f"{self.last(f'{ip}.{end}')} {self.last(f'{self.transport}.{end}port')}" for end in ("src", "dst"))

    def starts_at(self):
        """Its first byte's number in the client's stream, which begins with 1."""
        length = int(self.last("tcp.len"))
        return int(self.last("tcp.seq")) + length - max(length, int(self.last("tcp.reassembled.length") or 0))

    def algorithms(self):
        """Those of the extension signature_algorithms (13): two others hold such lists in the same field."""
        numbers = self.numbers("handshake.sig_hash_alg")
        holders = [e for e in self.numbers("handshake.extension.type") if e in (13, 34, 50)]
        for holder, length in zip(holders, self.numbers("handshake.sig_hash_alg_len")):
            if holder == 13:
                return without_grease(numbers[:length // 2])
            numbers = numbers[length // 2:]
        return []

    def ja4(self):
        """By the published description of JA4."""
        ciphers, extensions = self.codes("handshake.ciphersuite"), self.codes("handshake.extension.type")
        versions = self.codes("handshake.extensions.supported_version") or self.codes("handshake.version")[:1]
        latest = min(versions) if self.kind == "dtls" else max(versions)
        alpn = self.alpn.encode()
        shown = (alpn[:1] + alpn[-1:]).decode("latin-1") if alpn else "00"
        if not (shown.isascii() and shown.isalnum()):
            shown = alpn.hex()[0] + alpn.hex()[-1]
        hashed, signed = listed(sorted(e for e in extensions if e not in (0, 16))), listed(self.algorithms())
        return "".join((self.kind[0], VERSIONS.get(latest, "00"), "d" if 0 in extensions else "i",
                        f"{min(len(ciphers), 99):02}{min(len(extensions), 99):02}", shown,
                        "_", digest(listed(sorted(ciphers))), "_", digest(hashed + ("_" + signed if signed else ""))))


def without_grease(codes):
    return [c for c in codes if not (c & 0x0f0f == 0x0a0a and c >> 8 == c & 0xff)]


def listed(codes):
    return ",".join(f"{c:04x}" for c in codes)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "0" * 12


def inside_another(hello):
    """Carried by a protocol that frames it anew, such as OpenVPN's control channel: not a flow of TLS."""
    carrier = hello.layers[hello.layers.index(hello.room) - 1]
    return carrier not in ("tcp", "udp", "quic")


def after_another(hello):
    """The client said other things first, in a protocol whose way to TLS farhand does not know."""
    return hello.transport == "tcp" and not hello.fields["tls.handshake.fragment"] and hello.starts_at() > 1


def of_ssl2(hello):
    """In the form of SSL 2.0 (RFC 5246 E.2): it has no records, no extensions and no published JA4."""
    return hello.kind == "tls" and not hello.fields["tls.record.content_type"]


def malformed(hello):
    """Lengths that the RFC forbids or that contradict each other: tshark reads on, farhand does not guess."""
    return "vector" in hello.fields["_ws.expert.message"].lower()  # tshark's complaints of lengths


# Why a hello may rightly be read by tshark alone.
EXCUSES = (inside_another, after_another, of_ssl2, malformed)


def hellos(path):
    """The client hellos that tshark finds."""
    command = ["tshark", "-n", "-r", path, "-o", "tcp.reassemble_out_of_order:TRUE", "-Y",
               "tls.handshake.type == 1 || dtls.handshake.type == 1", "-T", "fields", "-E", "aggregator=|"]
    for field in FIELDS:
        command += ["-e", field]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    if b"aren't valid" in done.stderr:  # else a damaged capture, of which it told what it could
        raise AssertionError(done.stderr.decode())
    for line in done.stdout.decode(errors="replace").splitlines():
        hello = Hello(dict(zip(FIELDS, line.split("\t") + [""] * len(FIELDS))))
        if any(hello.texts("handshake.version")):
            yield hello


def flows(path):
    """farhand's flows by their ends.  Ends may be used anew: a flow's id is the number of its first frame."""
    with tempfile.NamedTemporaryFile() as out:
        farhand.replay([path], "--flows", out.name, "--alerts", os.devnull, good=(0, 1, 2))
        lines = farhand.lines(out.read())
    found = collections.defaultdict(list)
    for flow in sorted(lines, key=lambda x: int(x["event"]["id"])):
        ends = frozenset(f"{flow[e].get('ip')} {flow[e].get('port', 0)}" for e in ("source", "destination"))
        found[flow["network"].get("transport"), ends].append(flow)
    return found


def judge(hello, flow):
    """(verdict, what is different) of one hello."""
    ja4 = flow["farhand"].get("ja4") if flow else None
    if ja4 is None:
        why = next((excuse.__name__ for excuse in EXCUSES if excuse(hello)), None)
        return why or "NOT READ", f"{hello.name or 'no name'}, {hello.fields['frame.protocols']}"
    ours = (flow.get("tls", {}).get("client", {}).get("server_name", ""), flow["farhand"].get("alpn", ""), ja4)
    theirs = (hello.name, hello.alpn, hello.ja4())
    if ours == theirs:
        return "equal", ""
    # tshark does not show which bytes these were, so the two characters of JA4 made of them stay uncompared.
    if UNPRINTABLE in hello.alpn and ours[0] == theirs[0] and ja4[:8] + ja4[10:] == theirs[2][:8] + theirs[2][10:]:
        return "alpn_not_text", ja4
    return "DIFFERS", f"{ours}, tshark {theirs}"


def compare(path):
    """(kind, verdict, where and what) of the first hello of each flow."""
    ours, seen, told = flows(path), set(), []
    for hello in hellos(path):
        ends = hello.ends()
        flow = next((f for f in reversed(ours[ends]) if int(f["event"]["id"]) <= hello.frame), None)
        which = (ends, flow["event"]["id"] if flow else None)
        if which not in seen:
            seen.add(which)
            verdict, what = judge(hello, flow)
            told.append((hello.kind, verdict, f"{path} frame {hello.frame}: {what}"))
    return told


def candidates(corpus):
    seen = set()
    with open(os.path.join(corpus, "labels.tsv"), newline="") as f:
        for row in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
            path = os.path.join(corpus, row["path"])
            with open(path, "rb") as capture:
                if row["sha256"] not in seen and HELLO.search(capture.read()):
                    seen.add(row["sha256"])
                    yield path


def main():
    arguments = [a for a in sys.argv[1:] if a != "-v"]
    corpus = arguments[0] if arguments else os.path.join(farhand.ROOT, "..", "shared", "pcaps")
    if not os.path.exists(os.path.join(corpus, "labels.tsv")):
        farhand.skip("no labelled captures here")
    if not shutil.which("tshark"):
        farhand.skip("no tshark")
    counts = collections.Counter()
    with ThreadPoolExecutor(2) as pool:
        for told in pool.map(compare, candidates(corpus)):
            for kind, verdict, text in told:
                counts[kind, verdict] += 1
                if verdict.isupper() or ("-v" in sys.argv and verdict != "equal"):
                    print(f"{kind} {verdict}: {text}")
    for kind in ("tls", "quic", "dtls"):
        excused = [f"{n} {verdict}" for (k, verdict), n in sorted(counts.items()) if k == kind and verdict.islower()
                   and verdict != "equal"]
        print(f"{kind}: {counts[kind, 'equal']} equal, explained: {', '.join(excused) or 'none'}")
    wrong = sum(n for (_, verdict), n in counts.items() if verdict.isupper())
    if wrong or not counts:
        sys.exit(f"{wrong} hellos of {sum(counts.values())} are not read as tshark reads them")


if __name__ == "__main__":
    main()
