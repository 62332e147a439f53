"""Sends commands to Home Assistant's websocket and prints the answers as JSON: ask.py URL TOKEN COMMANDS."""
import asyncio
import json
import sys

import aiohttp


async def ask(url, token, commands):
    answers = []
    async with aiohttp.ClientSession() as session, session.ws_connect(url, max_msg_size=0) as socket:
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": token})
        if (await socket.receive_json())["type"] != "auth_ok":
            raise SystemExit("the token is refused")
        for number, command in enumerate(commands, 1):
            await socket.send_json({**command, "id": number})
            while True:
                answer = await socket.receive_json()
                if answer.get("id") == number and answer.get("type") == "result":
                    break
            if not answer["success"]:
                raise SystemExit(f"{command['type']}: {answer['error']}")
            answers.append(answer["result"])
    print(json.dumps(answers))


asyncio.run(ask(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])))
