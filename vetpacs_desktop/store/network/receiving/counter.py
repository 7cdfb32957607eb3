"""Hands the requests of one association to the program's own services, on the association's own thread.

pynetdicom keeps the protocol; what a service answers is the service's. Nothing here knows what one does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pynetdicom.association import Association

from vetpacs_desktop.store.network.talk import HungUp, check

LOG = logging.getLogger(__name__)

Service = Callable[[Any, Any, Any], None]
"""(association, request, presentation context); raises `HungUp` when the other side has gone."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do on an association's own thread, between two requests."""

    run: Callable[[], None]


class Counter(Association):  # type: ignore[misc]
    """An association whose requests go to the services of its server."""

    def errand(self, run: Callable[[], None]) -> None:
        """Let the association's own thread call `run` as soon as it is free."""
        self.dimse.msg_queue.put((0, Errand(run)))

    def _serve_request(self, msg: Any, context_id: int) -> None:
        if isinstance(msg, Errand):
            self._run(msg.run)
            return
        services: Mapping[str, Service] = getattr(self._server, "services", {})
        context = self._accepted_cx.get(context_id)
        service = services.get(str(context.abstract_syntax)) if context is not None else None
        if service is None or not msg.is_valid_request or self._sent_release:
            super()._serve_request(msg, context_id)
            return
        self._run(lambda: service(self, msg, context))

    def _run(self, run: Callable[[], None]) -> None:
        self.dimse.cancel_req = {}
        try:
            run()
            self.dul.outlet.drain(lambda: check(self))
        except HungUp:
            LOG.info("A machine hung up before it had its answer")
        except Exception:
            LOG.exception("A request could not be answered; its connection is ended")
            self.abort()
        finally:
            self.dimse.cancel_req = {}
            # The other side had nothing to say while it was served; that was no idleness.
            self.dul._idle_timer.restart()
