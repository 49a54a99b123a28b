"""The league: players, results and the database that keeps them."""
