"""Work that takes longer than an answer: a queue in the control plane, and its workers."""
