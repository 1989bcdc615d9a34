"""A TCP proxy in front of PostgreSQL that counts the round trips of its clients.

The server ends its response to each query, BEGIN, COMMIT and ping with one message of type
ReadyForQuery: https://www.postgresql.org/docs/current/protocol-flow.html.
"""

import socket
import threading
from contextlib import suppress

READY_FOR_QUERY = ord("Z")
HEADER_BYTES = 5


class CountingProxy:
    """Forwards connections to a PostgreSQL server, in threads, until the process ends."""

    def __init__(self, host: str, port: int) -> None:
        """Listen on a free port of this machine."""
        self.target = host, port
        self.round_trips = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            server = socket.create_connection(self.target)
            for run in (self._forward_requests, self._forward_responses):
                threading.Thread(target=run, args=(client, server), daemon=True).start()

    def _forward_requests(self, client: socket.socket, server: socket.socket) -> None:
        # The other thread closes the socket when the server ends the connection.
        with suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _forward_responses(self, client: socket.socket, server: socket.socket) -> None:
        buffer = bytearray()
        while data := server.recv(65536):
            buffer += data
            self._count(buffer)
            client.sendall(data)
        client.close()

    def _count(self, buffer: bytearray) -> None:
        """Remove the complete messages from `buffer` and count those that end a round trip."""
        while len(buffer) >= HEADER_BYTES:
            # The length includes its own four bytes, but not the byte of the type.
            end = 1 + int.from_bytes(buffer[1:HEADER_BYTES], "big")
            if len(buffer) < end:
                return
            self.round_trips += buffer[0] == READY_FOR_QUERY
            del buffer[:end]
