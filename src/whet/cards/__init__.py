"""The task card: what is predicted, from what, split how, scored per whom, decided how."""
