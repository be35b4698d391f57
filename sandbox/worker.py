"""What the operators do by themselves: prompts that expire, messages that arrive, callbacks that go out."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sandbox import calls
from sandbox.world import World

_log = logging.getLogger(__name__)
_PAUSE = 0.1
# MTN gives a listener two seconds.
_PATIENCE = 2.0


def advance(world: World) -> None:
    """Do what is due by now, all but the calls to the portal."""
    world.operator.advance()
    world.airtel.advance()
    world.irembopay.advance()
    world.stripe.advance()
    world.stripe_refunds.advance()
    world.daraja.advance()
    world.paybill.advance()
    world.reversals.advance()
    world.gateway.advance()


class Worker(threading.Thread):
    """Runs until `stop`. What it does is in the store, so a new one goes on where the last one was killed."""

    def __init__(self, world: World) -> None:
        super().__init__(name="sandbox-worker", daemon=True)
        self._world = world
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._under_way: set[int] = set()
        self._client = calls.line(_PATIENCE)
        self._callers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="sandbox-call")

    def run(self) -> None:
        """Do what is due, again and again."""
        while not self._stopped.wait(_PAUSE):
            try:
                advance(self._world)
                self._call()
            except Exception:
                # One bad row must not stop the others for good.
                _log.exception("the sandbox's worker met an error and goes on")

    def stop(self) -> None:
        """Stop after what is under way."""
        self._stopped.set()
        if self.is_alive():
            self.join()
        # What was not begun is still in the store.
        self._callers.shutdown(cancel_futures=True)
        self._client.close()

    def _call(self) -> None:
        for call in calls.due(self._world.store, self._world.clock.now()):
            with self._lock:
                if call.id in self._under_way:
                    continue
                self._under_way.add(call.id)
            self._callers.submit(self._make, call)

    def _make(self, call: calls.Call) -> None:
        try:
            now = self._world.clock.now()
            signed = replace(call, headers=self._world.signer.headers(call.headers, call.body, now))
            answer = calls.make(self._client, signed)
            calls.settle(self._world.store, call, answer, self._world.clock.now())
        finally:
            with self._lock:
                self._under_way.discard(call.id)
