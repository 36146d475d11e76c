"""The risk register: matrix, residual risk, the worth of actions, and what moves the plan."""
