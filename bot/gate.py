"""Whoever asks for what a secret guards, and how often they may be wrong about it."""

import hmac
from dataclasses import dataclass, field

from flask import Response, request
from pydantic import SecretStr

from bot.guesses import WINDOW_S, Guesses, Network, client_of
from bot.metrics import Metrics, Refusal


@dataclass(frozen=True)
class Gate:
    """Turns away who does not know a secret, and for a while who guesses too often; counts both."""

    metrics: Metrics
    trusted_proxies: tuple[Network, ...]
    guesses: Guesses = field(default_factory=Guesses)

    def refusal(
        self, given: str, expected: SecretStr | None, reason: Refusal, status: int
    ) -> Response | None:
        """What whoever does not know a secret is answered; None for the one who does."""
        proxies = ",".join(request.headers.getlist("X-Forwarded-For")).split(",")
        client = client_of(request.remote_addr, proxies, self.trusted_proxies)
        if self.guesses.too_many(client):
            self.metrics.refused(Refusal.TOO_MANY_GUESSES)
            return Response(status=429, headers={"Retry-After": f"{WINDOW_S:.0f}"})
        secret = given.encode()
        if expected is not None and hmac.compare_digest(secret, expected.get_secret_value().encode()):
            return None
        self.guesses.wrong(client, secret)
        self.metrics.refused(reason)
        return Response(status=status)
