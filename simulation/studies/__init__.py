"""Reserve studies: scenarios from drills, a front of plans, and every plan replayed in drills."""

from simulation.studies.result import StudyResult, study_id

__all__ = ["StudyResult", "study_id"]
