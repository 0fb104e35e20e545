"""The gRPC server: one loopback port, every modelled method of both APIs and both versions by exact path."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc
from grpc_status import rpc_status

from milepost.emulator.rpc import Call, Method, RpcError

if TYPE_CHECKING:
    _GenericHandler = grpc.GenericRpcHandler[Any, Any]
else:
    # The type stubs make it generic; the class itself is not.
    _GenericHandler = grpc.GenericRpcHandler

_log = logging.getLogger(__name__)

# Enough that calls which only wait, such as for a simulated latency, do not hold up others.
_WORKERS = 128
_UNLIMITED = -1


class PortError(Exception):
    """The port cannot be listened on; `str()` names it, the cause and the remedy."""


class RpcServer:
    """Serves methods until stopped. Paths it does not know are answered UNIMPLEMENTED, as by grpc itself."""

    def __init__(self, methods: Iterable[Method], *, port: int = 0, host: str = "127.0.0.1") -> None:
        self._methods = {method.path: method for method in methods}
        self._server = grpc.server(
            ThreadPoolExecutor(_WORKERS, thread_name_prefix="emulator"),
            options=[
                # Without this, Linux lets two servers share a port and hands calls to either.
                ("grpc.so_reuseport", 0),
                ("grpc.max_send_message_length", _UNLIMITED),
                ("grpc.max_receive_message_length", _UNLIMITED),
            ],
        )
        self._server.add_generic_rpc_handlers([_Handlers(self._methods)])
        try:
            bound = self._server.add_insecure_port(f"{host}:{port}")
        except RuntimeError:
            bound = 0
        if bound == 0:
            raise PortError(
                f"{host}:{port}: already in use, or not allowed. Choose another port, or 0 for any free one."
            )
        self.address = f"{host}:{bound}"

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self, grace: float | None = 0.2) -> None:
        """Finish calls in flight for at most `grace` seconds, then close the port."""
        self._server.stop(grace).wait()

    def wait(self) -> None:
        """Block until stopped."""
        self._server.wait_for_termination()


class _Handlers(_GenericHandler):
    def __init__(self, methods: dict[str, Method]) -> None:
        self._methods = methods

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        method = self._methods.get(handler_call_details.method)
        if method is None:
            return None
        metadata = {
            str(key): value
            for key, value in handler_call_details.invocation_metadata or ()
            if isinstance(value, str)
        }
        call = Call(method.path, metadata)

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            try:
                return method.handler(request, call)
            except RpcError as error:
                context.abort_with_status(rpc_status.to_status(error.to_status()))
            except Exception:  # noqa: BLE001 - like Google's servers: whatever fails inside is INTERNAL outside
                _log.exception("%s failed", method.path)
                context.abort(grpc.StatusCode.INTERNAL, "Internal error encountered.")

        return grpc.unary_unary_rpc_method_handler(
            answer, request_deserializer=_reader(method.request_type), response_serializer=_serialize
        )


def _reader(request_type: Any) -> Callable[[bytes], Any]:
    """Requests, too, may be of either sort."""
    reader: Callable[[bytes], Any] = getattr(request_type, "deserialize", None) or request_type.FromString
    return reader


def _serialize(response: Any) -> bytes:
    """Both proto-plus messages and plain protobuf ones (Empty) are legal answers."""
    plain = getattr(response, "SerializeToString", None)
    return bytes(plain()) if plain else bytes(type(response).serialize(response))
