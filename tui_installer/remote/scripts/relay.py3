# TCP connections for frames on stdin and stdout; see relay.py. For Python 3.4 and later.
import os
import selectors
import socket
import struct

HEAD = struct.Struct(">IIc")
sockets = {}
waiting = selectors.DefaultSelector()
waiting.register(0, selectors.EVENT_READ)
received = b""


def report(number, kind, content=b""):
    data = HEAD.pack(number, len(content), kind) + content
    while data:
        data = data[os.write(1, data):]


def end(number):
    one = sockets.pop(number, None)
    if one is not None:
        waiting.unregister(one)
        one.close()
        report(number, b"c")


def begin(number, place):
    address, port = place.decode().split(" ")
    try:
        one = socket.create_connection((address, int(port)))
    except OSError:
        return report(number, b"c")
    one.settimeout(None)
    sockets[number] = one
    waiting.register(one, selectors.EVENT_READ, number)


def obey(number, kind, content):
    if kind == b"o":
        return begin(number, content)
    one = sockets.get(number)
    if one is None:
        return
    try:
        if kind == b"d":
            one.sendall(content)
        elif kind == b"e":
            one.shutdown(socket.SHUT_WR)
        else:
            end(number)
    except OSError:
        end(number)


while True:
    for key, _ in waiting.select():
        if key.data is not None:
            try:
                data = key.fileobj.recv(65536) if key.data in sockets else None
            except OSError:
                data = b""
            if data:
                report(key.data, b"d", data)
            elif data is not None:
                end(key.data)
            continue
        data = os.read(0, 65536)
        if not data:
            raise SystemExit
        received += data
        while len(received) >= HEAD.size:
            number, size, kind = HEAD.unpack(received[:HEAD.size])
            if len(received) < HEAD.size + size:
                break
            content = received[HEAD.size:HEAD.size + size]
            received = received[HEAD.size + size:]
            obey(number, kind, content)
