"""Jobs are neither lost nor done twice, whoever dies and whoever wakes up late."""

import pytest

from api.errors import Problem, TooManyJobsError
from api.jobs.queue import LostJobError, Queue
from api.store import Store
from gis.errors import NotFoundError
from tests.api.databases import BOTH
from tests.api.together import at_once

pytestmark = BOTH


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(store: Store, clock: Clock) -> Queue:
    return Queue(store.engine, lease_s=10.0, attempts=3, limit=5, clock=clock)


def submit(queue: Queue, target: str = "a") -> str:
    return queue.submit("run", target, request={"target": target})[0].job


def test_a_job_goes_from_accepted_through_running_to_successful(queue: Queue):
    job = submit(queue)
    assert queue.get(job).status == "accepted"
    claim = queue.claim("w:1")
    assert claim is not None
    assert claim.request == {"target": "a"}
    queue.report(claim, 0.5, "half")
    assert (queue.get(job).status, queue.get(job).progress) == ("running", 0.5)
    queue.succeed(claim)
    ended = queue.get(job)
    assert (ended.status, ended.progress) == ("successful", 1.0)
    assert ended.result is not None
    assert ended.result.href == "/api/runs/a"
    states = [event.status for event in queue.events(job)]
    assert states == ["accepted", "running", "running", "successful"]
    assert [event.number for event in queue.events(job, after=2)] == [3, 4]


def test_whoever_asks_for_the_same_thing_shares_its_job_while_it_is_open(queue: Queue):
    first, is_new = queue.submit("run", "a", request={})
    again, is_new_again = queue.submit("run", "a", request={})
    assert (is_new, is_new_again) == (True, False)
    assert first.job == again.job
    other, _ = queue.submit("placement", "a", request={})
    assert other.job != first.job
    queue.dismiss(first.job)
    assert submit(queue) != first.job


def test_what_exists_already_is_successful_at_once(queue: Queue):
    job, is_new = queue.submit("run", "a", request={}, is_done=True)
    assert (job.status, is_new) == ("successful", True)
    assert queue.submit("run", "a", request={}, is_done=True) == (job, False)
    assert queue.claim("w:1") is None


def test_jobs_are_claimed_oldest_first_and_once(queue: Queue):
    jobs = [submit(queue, name) for name in "abc"]
    claims = [queue.claim(f"w:{number}") for number in range(4)]
    assert [claim and claim.job for claim in claims] == [*jobs, None]


def test_a_silent_worker_is_replaced_and_can_change_nothing_when_it_wakes(
    queue: Queue, clock: Clock
):
    job = submit(queue)
    frozen = queue.claim("w:1")
    assert frozen is not None
    clock.now += 9
    assert queue.claim("w:2") is None
    clock.now += 2
    taken = queue.claim("w:2")
    assert taken is not None
    assert taken.job == job
    for act in (
        lambda: queue.renew(frozen),
        lambda: queue.report(frozen, 0.9, "late"),
        lambda: queue.succeed(frozen),
        lambda: queue.fail(frozen, Problem(type="t", title="t", status=500, detail="d")),
    ):
        with pytest.raises(LostJobError):
            act()
    assert (queue.get(job).status, queue.get(job).attempts) == ("running", 2)
    queue.succeed(taken)
    assert queue.get(job).status == "successful"


def test_a_worker_that_renews_its_lease_keeps_the_job(queue: Queue, clock: Clock):
    submit(queue)
    claim = queue.claim("w:1")
    assert claim is not None
    for _ in range(5):
        clock.now += 9
        queue.renew(claim)
        assert queue.claim("w:2") is None


def test_a_job_that_kills_every_worker_fails_in_the_end(queue: Queue):
    job = submit(queue)
    for number in range(3):
        claim = queue.claim(f"w:{number}")
        assert claim is not None
        assert queue.release([f"w:{number}"]) == 1
    assert queue.claim("w:9") is None
    ended = queue.get(job)
    assert ended.status == "failed"
    assert ended.problem is not None
    assert "3 workers died" in ended.problem.detail


def test_a_worker_that_was_stopped_on_purpose_does_not_count(queue: Queue):
    job = submit(queue)
    for _ in range(5):
        assert queue.claim("w:1") is not None
        assert queue.release(["w:1"], forgive=True) == 1
    assert (queue.get(job).status, queue.get(job).attempts) == ("accepted", 0)


def test_a_dismissed_job_stays_dismissed_whatever_its_worker_does(queue: Queue):
    job = submit(queue)
    claim = queue.claim("w:1")
    assert claim is not None
    assert queue.dismiss(job).status == "dismissed"
    with pytest.raises(LostJobError):
        queue.succeed(claim)
    assert queue.dismiss(job).status == "dismissed"
    assert queue.claim("w:2") is None


def test_a_job_that_has_ended_cannot_be_dismissed(queue: Queue):
    job = submit(queue)
    claim = queue.claim("w:1")
    assert claim is not None
    queue.succeed(claim)
    assert queue.dismiss(job).status == "successful"


def test_a_full_queue_turns_new_jobs_away_but_not_old_answers(queue: Queue):
    for name in "abcde":
        submit(queue, name)
    with pytest.raises(TooManyJobsError, match="5 jobs wait"):
        submit(queue, "f")
    submit(queue, "a")
    queue.submit("run", "g", request={}, is_done=True)


def test_an_unknown_job_is_not_found(queue: Queue):
    for act in (queue.get, queue.dismiss):
        with pytest.raises(NotFoundError):
            act("nobody")
    assert queue.events("nobody") == []


def test_those_who_ask_for_the_same_thing_at_once_share_one_job(queue: Queue):
    answers = at_once(8, lambda _: queue.submit("run", "a", request={}))
    assert len({job.job for job, _ in answers}) == 1
    assert sum(is_new for _, is_new in answers) == 1
    assert len(queue.recent()) == 1


def test_workers_that_claim_at_once_never_get_the_same_job(queue: Queue):
    jobs = {submit(queue, name) for name in "abcde"}
    claims = at_once(8, lambda place: queue.claim(f"w:{place}"))
    taken = [claim.job for claim in claims if claim is not None]
    assert sorted(taken) == sorted(jobs)


def test_a_job_ends_once_whoever_ends_it_at_once(queue: Queue):
    job = submit(queue)
    claim = queue.claim("w:1")
    assert claim is not None

    def end(place: int) -> str:
        try:
            if place % 2:
                queue.dismiss(job)
            else:
                queue.succeed(claim)
        except LostJobError:
            return "lost"
        return "ended"

    at_once(6, end)
    states = [event.status for event in queue.events(job)]
    assert states in (["accepted", "running", last] for last in ("successful", "dismissed"))
    assert states[-1] == queue.get(job).status
