"""What a route may ask for: the store and the job queue of the running service."""

from typing import Annotated

from fastapi import Depends, Request

from api.jobs.queue import Queue
from api.store import Store


def get_store(request: Request) -> Store:
    """The store the service was started with."""
    store: Store = request.app.state.store
    return store


def get_queue(request: Request) -> Queue:
    """The job queue the service was started with."""
    queue: Queue = request.app.state.queue
    return queue


StoreDependency = Annotated[Store, Depends(get_store)]
QueueDependency = Annotated[Queue, Depends(get_queue)]
