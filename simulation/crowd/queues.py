"""What is done to queues between two windows: agents join them, leave them, choose again."""

from simulation.crowd import layout as at
from simulation.crowd.cachelines import prefetch
from simulation.crowd.compiled import lean
from simulation.crowd.layout import Arrays, Ints, Ints2
from simulation.crowd.wheels import DEMAND, first_lane, insert, plan_supply, remove

AHEAD = 16
"""How many agents ahead their rows are asked for."""


@lean
def stop_waiting(links: Ints2, link: int) -> None:
    """Take a link out of the queue it stands in."""
    wanted = links[link, at.WAITS_FOR]
    before = -1
    ahead = links[wanted, at.WAIT_HEAD]
    while ahead != link:
        before = ahead
        ahead = links[ahead, at.WAIT_NEXT]
    after = links[link, at.WAIT_NEXT]
    if before < 0:
        links[wanted, at.WAIT_HEAD] = after
    else:
        links[before, at.WAIT_NEXT] = after
    if after < 0:
        links[wanted, at.WAIT_TAIL] = before
    links[link, at.WAITS_FOR] = -1


@lean
def enqueue(a: Arrays, agent: Ints, node: Ints, tick: Ints) -> None:
    """Queue agents at their origin nodes, given in the order of node, then tick."""
    links, agents, wheel, scalars = a.links, a.agents, a.wheel, a.scalars
    previous = -1
    link = -1
    for i in range(len(agent)):
        if i + AHEAD < len(agent):
            prefetch(agents, agent[i + AHEAD], 0)
        if scalars[at.LINKS] + node[i] != link:
            link = scalars[at.LINKS] + node[i]
            previous = -1
        this = agent[i]
        agents[this, at.EXIT] = tick[i]
        agents[this, at.WHERE] = link
        last = links[link, at.TAIL]
        if last >= 0 and agents[last, at.EXIT] <= tick[i]:
            previous = last
        after = links[link, at.HEAD] if previous < 0 else agents[previous, at.NEXT]
        while after >= 0 and agents[after, at.EXIT] <= tick[i]:
            previous = after
            after = agents[after, at.NEXT]
        agents[this, at.NEXT] = after
        if after < 0:
            links[link, at.TAIL] = this
        if previous >= 0:
            agents[previous, at.NEXT] = this
        else:
            links[link, at.HEAD] = this
            if links[link, at.DEMAND_AT] >= 0:
                remove(links, wheel, scalars, DEMAND, link)
            insert(links, wheel, scalars, DEMAND, link, max(scalars[at.NOW], tick[i]))
        previous = this


@lean
def wake(a: Arrays) -> None:
    """Let every waiting link whose first agent now wants something else choose again.

    Links that can newly be entered, or whose capacity changed, plan their waiters anew.
    """
    links, agents, ring, wheel = a.links, a.agents, a.ring, a.wheel
    next_out, tables, scalars = a.next_out, a.tables, a.scalars
    for link in range(len(links)):
        wanted = links[link, at.WAITS_FOR]
        if wanted >= 0:
            node = links[link, at.TO_NODE]
            agent = links[link, at.HEAD + 2 * first_lane(links, agents, scalars, link)]
            table = agents[agent, at.KIND] & at.TABLE_MASK
            out = next_out[table, node]
            arrives = tables[table, at.DESTINATION] == node
            if arrives or out == at.NO_WAY or links[link, at.FIRST_NEXT] + out != wanted:
                stop_waiting(links, link)
                insert(links, wheel, scalars, DEMAND, link, scalars[at.NOW])
    for link in range(scalars[at.LINKS]):
        if links[link, at.WAIT_HEAD] >= 0:
            plan_supply(links, ring, wheel, scalars, link)


@lean
def collect(a: Arrays, first: int, agent: Ints, tick: Ints) -> None:
    """Write a chain of agents and their ticks; agents of one tick in rising order."""
    agents = a.agents
    count = len(agent)
    this = first
    for i in range(count):
        agent[i] = this
        tick[i] = agents[this, at.EXIT]
        this = agents[this, at.NEXT]
        j = i
        while j > 0 and tick[j - 1] == tick[j] and agent[j - 1] > agent[j]:
            agent[j - 1], agent[j] = agent[j], agent[j - 1]
            j -= 1
