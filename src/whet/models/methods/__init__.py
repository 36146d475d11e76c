"""Ways to adapt a pretrained encoder to a task, each with the same contract."""
