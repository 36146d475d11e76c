"""Pictures of the plan: plain numbers in, one SVG element out; no colours, no script."""
