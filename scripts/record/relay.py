"""relay: answers by TCP in place of a server that is further off.

    relay.py PORT SERVER_PORT MS        to 127.0.0.1, so many milliseconds later each way
"""
import asyncio
import sys

PORT, SERVER, DELAY_S = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000


async def give(queue, writer):
    while True:
        due, data = await queue.get()
        await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))
        if data is None:
            writer.close()
            return
        writer.write(data)
        await writer.drain()


async def carry(reader, writer):
    queue, clock = asyncio.Queue(), asyncio.get_running_loop().time
    giving = asyncio.create_task(give(queue, writer))
    while data := await reader.read(65536):
        queue.put_nowait((clock() + DELAY_S, data))
    queue.put_nowait((clock() + DELAY_S, None))
    await giving


async def one(reader, writer):
    there, back = await asyncio.open_connection("127.0.0.1", SERVER)
    await asyncio.gather(carry(reader, back), carry(there, writer), return_exceptions=True)


async def main():
    server = await asyncio.start_server(one, "0.0.0.0", PORT)
    async with server:
        await server.serve_forever()


asyncio.run(main())
