"""Judgement: services measured, red lines watched, the log reviewed, the run concluded."""
