"""The plan's file, company.yaml: what may stand in it, whether it is right, what changed."""
