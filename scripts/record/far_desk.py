"""far_desk: a screen shown to a browser, and the browser's keys and pointer given to it.

    far_desk.py kvm WxH VIDEO CERT KEY         the shape of PiKVM: HTTPS on 443, input in a WebSocket, pictures by VIDEO:
                                               mjpeg (as its ustreamer sends them), h264 (in a WebSocket), or janus: a
                                               Janus on this machine has them from port 5004 and speaks on 8188
    far_desk.py share WxH HOST                 the page that shows the screen by WebRTC, at http://127.0.0.1:8000; what
                                               the other browser says in the data channel is done here: JetKVM's shape
    far_desk.py meet WxH CERT KEY              the page that looks, and the signals of both, on 8443

DISPLAY is the screen.  The messages are PiKVM's: {"event_type": "key", "event": {"key": "KeyA", "state": true}},
mouse_move, mouse_button, mouse_wheel, and a ping each second [docs.pikvm.org, api].
"""
import asyncio
import json
import os
import ssl
import subprocess
import sys

from aiohttp import ClientSession, WSMsgType, web

FPS, SAME_MOST = 10, 30  # of equal pictures one in 30 goes out, as ustreamer's --drop-same-frames does
KEYS = {"Enter": "Return", "Space": "space", "Backspace": "BackSpace", "Minus": "minus", "Slash": "slash", "Period": "period",
        "Comma": "comma", "Equal": "equal", "ArrowUp": "Up", "Backslash": "backslash", "ShiftLeft": "Shift_L",
        "ShiftRight": "Shift_R", "ControlLeft": "Control_L"}
BUTTONS = {"left": 1, "middle": 2, "right": 3}


class Hands:
    """What the browser says, done by xdotool on the screen."""

    def __init__(self, size):
        self.size = size
        self.tool = subprocess.Popen(["xdotool", "-"], stdin=subprocess.PIPE, text=True)

    def say(self, line):
        self.tool.stdin.write(line + "\n")
        self.tool.stdin.flush()

    def do(self, kind, event):
        if kind == "key":
            name = event["key"]
            name = name[3:].lower() if name.startswith("Key") else name[5:] if name.startswith("Digit") else KEYS.get(name)
            if name:
                self.say(f"{'keydown' if event['state'] else 'keyup'} --delay 0 {name}")
        elif kind == "mouse_move":
            # From -32768 to 32767, over the screen.
            at = [(event["to"][way] + 32768) * most // 65536 for way, most in zip("xy", self.size)]
            self.say(f"mousemove {at[0]} {at[1]}")
        elif kind == "mouse_button":
            self.say(f"{'mousedown' if event['state'] else 'mouseup'} {BUTTONS[event['button']]}")
        elif kind == "mouse_wheel":
            self.say(f"click {5 if event['delta']['y'] < 0 else 4}")


async def hands_hear(request):
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    async for message in ws:
        if message.type != WSMsgType.TEXT:
            continue
        said = json.loads(message.data)
        if said["event_type"] == "ping":
            await ws.send_str('{"event_type": "pong", "event": {}}')
        else:
            request.app["hands"].do(said["event_type"], said["event"])
    return ws


class Camera:
    """The screen's pictures, one after the other, to whoever looks."""

    def __init__(self, size, video):
        self.size, self.video, self.lookers = size, video, set()

    def command(self):
        grab = ["ffmpeg", "-v", "error", "-f", "x11grab", "-draw_mouse", "1", "-framerate", str(FPS), "-video_size",
                "%dx%d" % self.size, "-i", os.environ["DISPLAY"]]
        if self.video == "mjpeg":
            return grab + ["-c:v", "mjpeg", "-q:v", "7", "-f", "image2pipe", "-"]
        where = ["-f", "h264", "-"] if self.video == "h264" else ["-f", "rtp", "rtp://127.0.0.1:5004?pkt_size=1200"]
        return grab + ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-profile:v", "baseline", "-pix_fmt",
                       "yuv420p", "-g", "30", "-b:v", "2000k", "-maxrate", "2500k", "-bufsize", "500k",
                       "-x264-params", "aud=1:repeat-headers=1", *where]

    async def run(self):
        """Of janus' pictures none come by here."""
        # Where a picture ends: JPEG's last marker, or the delimiter of the next access unit.
        mark, keep = (b"\xff\xd9", 0) if self.video == "mjpeg" else (b"\0\0\0\1\x09", 5)
        tool = await asyncio.create_subprocess_exec(*self.command(), stdout=subprocess.PIPE)
        kept, last, same = b"", b"", 0
        while data := await tool.stdout.read(1 << 18):
            kept += data
            while (at := kept.find(mark, keep)) >= 0:
                cut = at + len(mark) - keep
                picture, kept = kept[:cut], kept[cut:]
                same = same + 1 if picture == last else 0
                last = picture
                if same % SAME_MOST == 0 or self.video != "mjpeg":
                    for looker in list(self.lookers):
                        looker.offer(picture)


class Looker:
    """Pictures for one browser; those it has no time for are left out."""

    def __init__(self, most):
        self.queue = asyncio.Queue(most)

    def offer(self, picture):
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(picture)


async def stream(request):
    answer = web.StreamResponse(headers={"Content-Type": "multipart/x-mixed-replace;boundary=boundarydonotcross"})
    await answer.prepare(request)
    looker = Looker(1)
    request.app["camera"].lookers.add(looker)
    try:
        while True:
            picture = await looker.queue.get()
            await answer.write(b"--boundarydonotcross\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(picture)
                               + picture + b"\r\n")
    finally:
        request.app["camera"].lookers.discard(looker)


async def janus(request):
    """What browser and Janus say to each other, as PiKVM's nginx passes it on."""
    near = web.WebSocketResponse(protocols=("janus-protocol",))
    await near.prepare(request)

    async def pass_on(source, target):
        async for message in source:
            await target.send_str(message.data)
        await target.close()

    async with ClientSession() as session, session.ws_connect("ws://127.0.0.1:8188", protocols=("janus-protocol",)) as far:
        await asyncio.gather(pass_on(near, far), pass_on(far, near))
    return near


async def media(request):
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    looker = Looker(60)
    request.app["camera"].lookers.add(looker)
    try:
        while not ws.closed:
            await ws.send_bytes(await looker.queue.get())
    finally:
        request.app["camera"].lookers.discard(looker)
    return ws


INPUT = """
  onkeydown = e => { e.preventDefault(); if (!e.repeat) say("key", {key: e.code, state: true}); };
  onkeyup = e => { e.preventDefault(); say("key", {key: e.code, state: false}); };
  // PiKVM tells of the pointer at most 100 times a second.
  let at = null, told = "";
  setInterval(() => { if (at && String(at) != told) { told = String(at);
    say("mouse_move", {to: {x: Math.round(at[0] / W * 65535 - 32768), y: Math.round(at[1] / H * 65535 - 32768)}}); } }, 10);
  onmousemove = e => at = [e.clientX, e.clientY];
  const button = s => e => { e.preventDefault();
    say("mouse_button", {button: ["left", "middle", "right"][e.button], state: s}); };
  onmousedown = button(true); onmouseup = button(false);
  addEventListener("wheel", e => { e.preventDefault(); say("mouse_wheel", {delta: {x: 0, y: e.deltaY > 0 ? -5 : 5}}); },
    {passive: false});
"""

KVM_PAGE = """<!doctype html><title>KVM</title><style>body{margin:0;background:#222}#s{display:block}</style>
<script>
const W=@W@, H=@H@, video="@VIDEO@";
let ws;
const say = (t, e) => ws && ws.readyState == 1 && ws.send(JSON.stringify({event_type: t, event: e}));
function hands() {
  ws = new WebSocket("wss://" + location.host + "/api/ws?stream=0");
  setInterval(() => say("ping", {}), 1000);
@INPUT@
}
// Janus: a session, a handle of its streaming plugin, its offer, our answer [janus.conf.meetecho.com/docs/JS, rest].
function stream() {
  const v = document.createElement("video"); v.id = "s"; v.width = W; v.height = H; v.muted = v.autoplay = true; document.body.append(v);
  const pc = new RTCPeerConnection(), j = new WebSocket("wss://" + location.host + "/janus/ws", "janus-protocol"), ids = {};
  const ask = (what, more) => j.send(JSON.stringify({janus: what, transaction: what, ...ids, ...more}));
  pc.ontrack = e => v.srcObject = e.streams[0];
  j.onopen = () => ask("create");
  j.onmessage = async e => { const m = JSON.parse(e.data);
    if (m.transaction == "create") { ids.session_id = m.data.id; ask("attach", {plugin: "janus.plugin.streaming"});
      setInterval(() => ask("keepalive", {handle_id: undefined}), 25000); }
    if (m.transaction == "attach") { ids.handle_id = m.data.id; ask("message", {body: {request: "watch", id: 1}}); }
    if (m.jsep) { // By the address of the page alone, be there others; it learns ours as we knock.
      m.jsep.sdp = m.jsep.sdp.replace(/a=candidate.*\\r\\n/g, c => c.includes(" " + location.hostname + " ") ? c : "");
      await pc.setRemoteDescription(m.jsep); await pc.setLocalDescription();
      ask("message", {body: {request: "start"}, jsep: pc.localDescription}); } };
}
function pictures() {
  if (video == "janus") return stream();
  if (video == "mjpeg") { const i = new Image(W, H); i.id = "s"; i.src = "/streamer/stream"; document.body.append(i); return; }
  const c = document.createElement("canvas"); c.id = "s"; c.width = W; c.height = H; document.body.append(c);
  const g = c.getContext("2d");
  const d = new VideoDecoder({output: f => { g.drawImage(f, 0, 0); f.close(); }, error: e => console.log(e)});
  d.configure({codec: "avc1.42E01F", optimizeForLatency: true});
  const m = new WebSocket("wss://" + location.host + "/api/media/ws"); m.binaryType = "arraybuffer";
  let keyed = false, n = 0;
  m.onmessage = e => { const b = new Uint8Array(e.data); let key = false;
    for (let i = 0; i < Math.min(b.length - 4, 200); i++) if (!b[i] && !b[i+1] && b[i+2] == 1 && (b[i+3] & 31) == 5) key = true;
    if (!(keyed = keyed || key)) return;
    d.decode(new EncodedVideoChunk({type: key ? "key" : "delta", timestamp: 100000 * n++, data: b})); };
}
onload = () => { hands(); pictures(); };
</script>"""

# Both ends of a WebRTC session: the one whose button is pressed shows its screen and obeys.
PEER = """
const pc = new RTCPeerConnection(), signals = new WebSocket("wss://@HOST@:8443/signals");
const tell = what => signals.send(JSON.stringify(what));
pc.onicecandidate = e => e.candidate && tell({candidate: e.candidate});
signals.onmessage = async e => { const m = JSON.parse(e.data);
  if (m.candidate) return pc.addIceCandidate(m.candidate);
  await pc.setRemoteDescription(m);
  if (m.type == "offer") { await pc.setLocalDescription(); tell(pc.localDescription); } };
"""

SHARE_PAGE = """<!doctype html><title>SHARE</title><body>Share
<script>""" + PEER + """
async function share() {
  onclick = null;
  const screen = await navigator.mediaDevices.getDisplayMedia({video: {frameRate: 15}});
  pc.addTrack(screen.getVideoTracks()[0], screen);
  const hands = new WebSocket("ws://127.0.0.1:8000/api/ws"), channel = pc.createDataChannel("hid");
  channel.onmessage = e => hands.send(e.data);
  await pc.setLocalDescription(); tell(pc.localDescription);
  document.title = "SHARED";
}
onclick = share;
</script>"""

MEET_PAGE = """<!doctype html><title>LOOK</title><style>body{margin:0;background:#222}video{display:block}</style>
<video autoplay muted width=@W@ height=@H@></video>
<script>""" + PEER + """
const W=@W@, H=@H@;
let channel;
const say = (t, e) => channel && channel.readyState == "open" && channel.send(JSON.stringify({event_type: t, event: e}));
pc.ontrack = e => document.querySelector("video").srcObject = e.streams[0];
pc.ondatachannel = e => channel = e.channel;
@INPUT@
</script>"""


def page(text, size, **words):
    for word, value in dict(words, INPUT=INPUT, W=size[0], H=size[1]).items():
        text = text.replace(f"@{word}@", str(value))
    return lambda _: web.Response(text=text, content_type="text/html")


def tls_of(certificate, key):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    return tls


async def serve(app, host, port, tls=None):
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, host, port, ssl_context=tls).start()


async def kvm(size, video, certificate, key):
    app = web.Application()
    app["hands"], app["camera"] = Hands(size), Camera(size, video)
    app.router.add_get("/", page(KVM_PAGE, size, VIDEO=video))
    app.router.add_get("/api/ws", hands_hear)
    app.router.add_get("/api/media/ws", media)
    app.router.add_get("/janus/ws", janus)
    app.router.add_get("/streamer/stream", stream)
    await serve(app, "0.0.0.0", 443, tls_of(certificate, key))
    await app["camera"].run()


async def share(size, host):
    app = web.Application()
    app["hands"] = Hands(size)
    app.router.add_get("/", page(SHARE_PAGE, size, HOST=host))
    app.router.add_get("/api/ws", hands_hear)
    await serve(app, "127.0.0.1", 8000)
    await asyncio.Event().wait()


async def signals(request):
    """What one says, the other hears."""
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    peers = request.app["peers"]
    peers.append(ws)
    async for message in ws:
        for other in peers:
            if other is not ws:
                await other.send_str(message.data)
    return ws


async def meet(size, certificate, key):
    app = web.Application()
    app["peers"] = []
    app.router.add_get("/", page(MEET_PAGE, size, HOST="127.0.0.1"))
    app.router.add_get("/signals", signals)
    await serve(app, "0.0.0.0", 8443, tls_of(certificate, key))
    await asyncio.Event().wait()


if __name__ == "__main__":
    act = {"kvm": kvm, "share": share, "meet": meet}[sys.argv[1]]
    asyncio.run(act(tuple(int(n) for n in sys.argv[2].split("x")), *sys.argv[3:]))
