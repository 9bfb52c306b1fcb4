"""site: the ordinary applications a laptop's user has in a browser.

    negative_site.py PORT SEED [BEHIND]     HTTP and websockets on 127.0.0.1, for a TLS front to pass on

BEHIND is another site (https://host), which is asked before pages made at each key are answered.

Pages with pictures, search, maps, mail, a shared text, a chat, a whiteboard, pages made by the server at each
key, an album, a dashboard, and the introduction of two browsers that then talk WebRTC.  Where colleagues
appear in them, they type and pause like the person of person.py.
"""
import asyncio
import hashlib
import json
import math
import os
import random
import struct
import sys
import zlib

from aiohttp import ClientSession, TCPConnector, web, WSMsgType

import person

HERE = os.path.dirname(os.path.abspath(__file__))
DICE = random.Random()
MEMBERS = {}  # websocket -> room
BEHIND = {}  # url, session


def picture(name, least, most):
    """A PNG that does not compress."""
    dice = random.Random(name)
    wide = 160
    high = max(8, dice.randint(least, most) // (wide * 3))
    rows = b"".join(b"\0" + dice.randbytes(wide * 3) for _ in range(high))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b""))


def words(n, dice=DICE):
    return " ".join(dice.choice(person.WORDS) for _ in range(n))


def pause(median, sigma=0.7, most=60):
    return min(most, DICE.lognormvariate(math.log(median), sigma))


# --- plain pages ------------------------------------------------------------------------------

async def news(request):
    number = request.match_info.get("n", "0")
    dice = random.Random(number)
    parts = [f"<p>{words(dice.randint(40, 160), dice)}</p><img loading=lazy width=640 height=320 src=/image/{number}-{i}>"
             for i in range(dice.randint(3, 12))]
    links = [f"<li><a class=go href=/news/{dice.randrange(1000)}>{words(7, dice)}</a></li>" for _ in range(24)]
    page = f"<!doctype html><title>News {number}</title><body style='width:700px'>" + "".join(parts) + "<ul>" + "".join(links) + "</ul>"
    return web.Response(text=page, content_type="text/html")


async def image(request):
    return web.Response(body=picture(request.match_info["n"], 8000, 70000), content_type="image/png",
                        headers={"Cache-Control": "max-age=600"})


async def tile(request):
    return web.Response(body=picture(request.path, 6000, 26000), content_type="image/png")


async def app(request):
    return web.FileResponse(os.path.join(HERE, "negative_pages.html"))


async def suggest(request):
    dice = random.Random(request.query.get("q"))
    return web.json_response([{"text": words(5, dice), "id": dice.randrange(10 ** 9), "kind": words(2, dice), "hint": words(9, dice)}
                              for _ in range(dice.randint(6, 16))])


async def results(request):
    dice = random.Random(request.query.get("q"))
    return web.json_response([{"title": words(8, dice), "text": words(60, dice), "image": f"/image/r{dice.randrange(500)}"}
                              for _ in range(20)])


# --- mail, album, dashboard -------------------------------------------------------------------

async def mail_list(request):
    return web.json_response([{"id": i, "from": words(2), "subject": words(6), "snippet": words(18)} for i in range(50)])


async def mail_read(request):
    dice = random.Random(request.match_info["n"])
    return web.json_response({"text": words(dice.randint(40, 700), dice), "images": [f"/image/m{dice.randrange(500)}"] * dice.randint(0, 2)})


async def take(request):
    """Whatever is posted is taken and answered shortly."""
    body = await request.read()
    return web.json_response({"ok": True, "version": hashlib.sha256(body).hexdigest(), "bytes": len(body)})


async def dashboard(request):
    return web.json_response({"series": [[round(DICE.gauss(50, 9), 2) for _ in range(60)] for _ in range(6)], "alerts": words(12)})


async def ticker(request):
    out = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await out.prepare(request)
    while True:
        await out.write(b"data: " + json.dumps({"of": words(1), "at": round(DICE.gauss(100, 3), 2)}).encode() + b"\n\n")
        await asyncio.sleep(pause(0.6, 0.8, 8))


# --- websockets -------------------------------------------------------------------------------

async def colleague_text(ws):
    """Another author: in bursts, a change for each key."""
    while not ws.closed:
        await asyncio.sleep(pause(9))
        for letter in words(DICE.randint(3, 12)):
            await ws.send_json({"by": "robin", "insert": letter, "at": DICE.randrange(4000), "revision": DICE.randrange(10 ** 6)})
            await asyncio.sleep(pause(0.16, 0.5, 2))


async def colleague_chat(ws):
    while not ws.closed:
        await asyncio.sleep(pause(14))
        text = words(DICE.randint(2, 20))
        for _ in range(1 + len(text) // 25):
            await ws.send_json({"typing": "robin"})
            await asyncio.sleep(pause(2.5, 0.4, 6))
        await ws.send_json({"by": "robin", "text": text, "image": f"/image/c{DICE.randrange(300)}" if DICE.random() < 0.15 else None})


async def colleague_board(ws):
    """Someone else's pointer, sent as it moves."""
    x = y = 300.0
    while not ws.closed:
        await asyncio.sleep(pause(4))
        to_x, to_y, steps = DICE.uniform(0, 800), DICE.uniform(0, 600), DICE.randint(8, 40)
        for i in range(steps):
            x, y = x + (to_x - x) / (steps - i), y + (to_y - y) / (steps - i)
            await ws.send_json({"by": "robin", "x": round(x), "y": round(y)})
            await asyncio.sleep(DICE.uniform(0.03, 0.06))


async def heard_text(ws, said):
    await ws.send_json({"ack": said.get("n"), "revision": DICE.randrange(10 ** 6), "by": ["casey", "robin"]})


async def heard_chat(ws, said):
    if "text" in said:
        await ws.send_json({"ack": said["text"][:20], "id": DICE.randrange(10 ** 9)})


async def heard_board(ws, said):
    if said.get("end"):
        await ws.send_json({"ack": said["end"]})


async def heard_live(ws, said):
    """The page is made here: each key or click brings a piece of it anew."""
    value = str(said.get("value", "")) + said.get("what", "")
    if BEHIND:
        if "session" not in BEHIND:
            BEHIND["session"] = ClientSession(connector=TCPConnector(ssl=False))
        async with BEHIND["session"].get(BEHIND["url"] + "/suggest", params={"q": value}) as answer:
            value += await answer.text()
    dice = random.Random(value)
    rows = "".join(f"<tr><td>{dice.randrange(10 ** 6)}</td><td>{words(6, dice)}</td><td>{words(3, dice)}</td></tr>"
                   for _ in range(dice.randint(6, 60)))
    await ws.send_json({"patch": rows})


async def heard_meet(ws, said):
    for other, room in list(MEMBERS.items()):
        if other is not ws and room == "meet":
            await other.send_json(said)


HEARD = {"text": heard_text, "chat": heard_chat, "board": heard_board, "live": heard_live, "meet": heard_meet}
COLLEAGUES = {"text": colleague_text, "chat": colleague_chat, "board": colleague_board}


async def socket(request):
    ws = web.WebSocketResponse(heartbeat=25)
    await ws.prepare(request)
    room = request.match_info["room"]
    MEMBERS[ws] = room
    if room == "meet" and list(MEMBERS.values()).count("meet") == 2:
        await ws.send_json({"begin": True})
    colleague = asyncio.ensure_future(COLLEAGUES[room](ws)) if room in COLLEAGUES else None
    try:
        async for message in ws:
            if message.type == WSMsgType.TEXT:
                await HEARD[room](ws, json.loads(message.data))
    finally:
        del MEMBERS[ws]
        if colleague:
            colleague.cancel()
    return ws


def main(port, seed, behind=None):
    DICE.seed(seed)
    if behind:
        BEHIND["url"] = behind
    site = web.Application(client_max_size=100 << 20)
    site.add_routes([
        web.get("/", news), web.get("/news/{n}", news), web.get("/image/{n}", image), web.get("/tile/{z}/{x}/{y}", tile),
        web.get("/app/{name}", app), web.get("/suggest", suggest), web.get("/results", results),
        web.get("/mail", mail_list), web.get("/mail/{n}", mail_read), web.post("/take/{what}", take),
        web.get("/dashboard", dashboard), web.get("/ticker", ticker), web.get("/socket/{room}", socket)])
    web.run_app(site, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
