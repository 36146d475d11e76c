"""Joint draws of efforts, risks and dates: a fixed plan run through many possible worlds."""
