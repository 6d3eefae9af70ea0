"""The request that views receive: Django's, with the actor."""

from django.http import HttpRequest

from zerentian.kernel.actor import Actor


class Request(HttpRequest):
    """A request with its actor, set by the accounts middleware."""

    actor: Actor
