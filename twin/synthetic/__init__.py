"""The demo city: a fictional riverside city of any size, made from a seed."""

from twin.synthetic.make import make_city

__all__ = ["make_city"]
