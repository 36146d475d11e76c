"""Money by month over the joint draws: accounts, runway, ruin, unit economics, pilots, hiring."""
