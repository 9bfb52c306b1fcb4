"""feeds: a program that serves and a program that asks, over one WebSocket with TLS.

    negative_feeds.py serve WHAT SEED SECONDS CERT KEY     on port 443
    negative_feeds.py ask WHAT SEED SECONDS URL            for SECONDS

WHAT is prices (figures as they change; the asker pings, and now and then follows another) or voice (a speaker on a
shelf: when it is spoken to, sound goes out in pieces of 60 ms, what was understood so far comes back, then an answer).
"""
import asyncio
import json
import math
import random
import ssl
import sys
import time

from aiohttp import ClientSession, TCPConnector, WSMsgType, web

DICE = random.Random()
NAMES = [f"N{n:03d}" for n in range(300)]
WORDS = "turn the lights on in kitchen what is weather tomorrow play some music stop set a timer for ten minutes add milk to list".split()


def around(median, sigma=0.6, most=90.0):
    return min(most, DICE.lognormvariate(math.log(median), sigma))


def price(name):
    return {"name": name, "bid": round(DICE.gauss(80, 9), 4), "ask": round(DICE.gauss(81, 9), 4), "volume": DICE.randrange(10 ** 5),
            "at": time.time()}


async def tell_prices(ws, followed):
    """A market: calm, then many at once."""
    while not ws.closed:
        await ws.send_json([price(name) for name in DICE.sample(followed, min(len(followed), DICE.randint(1, 9)))])
        await asyncio.sleep(around(0.25, 1.0, 4) if DICE.random() < 0.9 else around(3))


async def serve_prices(ws):
    followed = DICE.sample(NAMES, 12)
    teller = asyncio.ensure_future(tell_prices(ws, followed))
    async for message in ws:
        if message.type != WSMsgType.TEXT:
            continue
        said = json.loads(message.data)
        if said["op"] == "ping":
            await ws.send_json({"op": "pong", "id": said["id"]})
        else:
            followed[DICE.randrange(len(followed))] = said["name"]
            await ws.send_json({"op": "history", "of": said["name"], "rows": [price(said["name"]) for _ in range(DICE.randint(5, 60))]})
    teller.cancel()


async def ask_prices(ws, until):
    beat = DICE.choice((1.0, 2.0, 5.0))
    change = time.monotonic() + around(15)
    n = 0
    while time.monotonic() < until:
        n += 1
        await ws.send_json({"op": "ping", "id": n})
        if time.monotonic() > change:
            await ws.send_json({"op": "follow", "name": DICE.choice(NAMES)})
            change = time.monotonic() + around(15)
        await asyncio.sleep(beat)


async def serve_voice(ws):
    words, pieces = [], 0
    async for message in ws:
        if message.type == WSMsgType.BINARY:
            pieces += 1
            if pieces % 6 == 0 and DICE.random() < 0.8:
                words.append(DICE.choice(WORDS))
                await ws.send_json({"partial": " ".join(words), "sure": round(DICE.random(), 3)})
        elif message.type == WSMsgType.TEXT and "end" in message.data:
            await ws.send_json({"final": " ".join(words), "intent": DICE.choice(WORDS)})
            for _ in range(DICE.randint(5, 60)):
                await ws.send_bytes(DICE.randbytes(DICE.randint(300, 700)))
                await asyncio.sleep(0.05)
            words, pieces = [], 0


async def ask_voice(ws, until):
    while time.monotonic() < until:
        await ws.send_json({"wake": DICE.random(), "device": "shelf", "codec": "opus"})
        for _ in range(DICE.randint(15, 110)):
            await ws.send_bytes(DICE.randbytes(DICE.randint(90, 330)))
            await asyncio.sleep(0.06)
        await ws.send_json({"end": True})
        await asyncio.sleep(around(9, 0.8, 60))


async def swallow(ws):
    async for _ in ws:
        pass


async def handler(request):
    ws = web.WebSocketResponse(heartbeat=30)
    await ws.prepare(request)
    await {"prices": serve_prices, "voice": serve_voice}[request.match_info["what"]](ws)
    return ws


async def ask(what, seconds, url):
    async with ClientSession(connector=TCPConnector(ssl=False)) as session:
        async with session.ws_connect(url, heartbeat=20) as ws:
            heard = asyncio.ensure_future(swallow(ws))
            await {"prices": ask_prices, "voice": ask_voice}[what](ws, time.monotonic() + seconds)
            heard.cancel()


def main(verb, what, seed, seconds, *rest):
    DICE.seed(f"{verb} {what} {seed}")
    if verb == "ask":
        return asyncio.run(ask(what, float(seconds), *rest))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*rest)
    site = web.Application()
    site.add_routes([web.get("/{what}", handler)])
    web.run_app(site, host="0.0.0.0", port=443, ssl_context=context, print=None, access_log=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
