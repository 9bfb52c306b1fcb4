"""devtools: run a line of JavaScript in the first page of the Chromium on port 9222, as its user would.

    devtools.py EXPRESSION
"""
import asyncio
import json
import sys

import aiohttp


async def main(expression):
    async with aiohttp.ClientSession() as session:
        async with session.get("http://127.0.0.1:9222/json") as answer:
            page = next(p for p in await answer.json(content_type=None) if p["type"] == "page")
        async with session.ws_connect(page["webSocketDebuggerUrl"]) as ws:
            await ws.send_str(json.dumps({"id": 1, "method": "Runtime.evaluate", "params": {
                "expression": expression, "userGesture": True, "awaitPromise": True, "returnByValue": True}}))
            async for message in ws:
                if json.loads(message.data).get("id") == 1:
                    print(message.data)
                    return


asyncio.run(main(sys.argv[1]))
