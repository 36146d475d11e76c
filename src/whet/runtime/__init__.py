"""Where work runs: processes of this machine, and what a piece of work cost there."""
