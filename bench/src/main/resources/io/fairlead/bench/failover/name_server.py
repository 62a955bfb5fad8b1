"""A WebSocket server on Debian's python3-websockets that tells its name: name_server.py NAME PORT.

Every text is answered with the name, a blank and the text. SIGTERM ends it as the library's documentation advises: it accepts
nothing more, closes each WebSocket with 1001 and waits for the clients' answers. All else is the library's default: a ping
every 20 s, whose answer may take 20 s, and a listen backlog of 100.
"""

import asyncio
import signal
import sys

import websockets


async def main(name, port):
    async def serve(client):
        try:
            async for message in client:
                await client.send(f"{name} {message}")
        except websockets.ConnectionClosed:
            pass

    ended = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set_result, None)
    async with websockets.serve(serve, "127.0.0.1", port):
        await ended


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
