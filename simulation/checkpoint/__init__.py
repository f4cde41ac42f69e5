"""Checkpoint: a drill in progress written down, so that it can be resumed, forked and moved.

A run hangs together as parts (``Play`` and every object of ``simulation`` it reaches). Each
attribute of a part is state, unless the part's class names it in ``UNKEPT``: wiring to the outside,
and what is computed again when it is missing. Only what differs from a freshly built run of the
same drill is written, as JSON and arrays; nothing is pickled.
"""
